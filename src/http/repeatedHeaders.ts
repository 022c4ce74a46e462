import type { RequestHandler } from 'express';
import { httpError } from './problem.js';

/** Of these one counts, and of two a proxy in front may take the other than we do. */
const ONCE = new Set([
  'authorization',
  'content-type',
  'cookie',
  'host',
  'idempotency-key',
  'if-match',
  'origin',
  'sec-fetch-site',
]);

/** Node takes the first of two such headers, or joins them, without a word. */
export const refuseRepeatedHeaders: RequestHandler = (request, _response, next) => {
  const { rawHeaders } = request;
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return next(httpError('InvalidInput', `The header ${name} came twice: send it once.`));
    seen.add(name);
  }
  next();
};
