import { z } from 'zod';
import { httpError } from './problem.js';

export const ifMatchHeader = {
  'If-Match': z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'The ETag of the version that this change was made from.', examples: ['"3"'] }),
};

/** A resource's version as its strong ETag. */
export function etag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that a change is based on, for a compare-and-set in the database: that decides, and refuses with
 * VersionMismatch (412). Throws PreconditionRequired without the header, InvalidInput where it is no ETag of ours;
 * undefined for `*`, which asks for whatever is there.
 */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined) {
    throw httpError('PreconditionRequired', 'Send the ETag of the version you have read as If-Match.');
  }
  const value = ifMatch.trim();
  if (value === '*') return undefined;
  const version = /^"(\d{1,9})"$/.exec(value)?.[1];
  if (version === undefined) {
    const message = 'must be one strong ETag as this API gives them ("3"), or *';
    throw httpError('InvalidInput', `If-Match ${message}.`, {
      faults: [{ in: 'headers', pointer: '/If-Match', message }],
    });
  }
  return Number(version);
}
