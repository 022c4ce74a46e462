import { MoltnetError } from './error.js';
import { OPERATIONS } from './operations.js';
import type { TransportRequest } from './transport.js';
import type { CallOptions, OperationId } from './types.js';

/** The input of any operation, its types erased. */
export interface AnyInput {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A call as it goes over the wire. Throws InvalidInput where a part of the path is missing. */
export function toRequest(
  operation: OperationId,
  { path: names, query, headers, body }: AnyInput,
  { idempotencyKey = randomHex(), signal }: CallOptions,
): TransportRequest {
  const { method, path, repeatable } = OPERATIONS[operation];
  return {
    method,
    path: fillPath(path, names) + renderQuery(query),
    headers: {
      Accept: 'application/json, application/problem+json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(method === 'POST' && { 'Idempotency-Key': idempotencyKey }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    repeatable,
    signal,
  };
}

function fillPath(path: string, values: Record<string, string> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    // Empty, `.` and `..` would name another resource: clients drop them from a URL before it is sent. Half a character
    // cannot be written in one.
    if (value === undefined || /^\.{0,2}$|\p{Surrogate}/u.test(value)) {
      throw new MoltnetError('InvalidInput', `${name} is missing or no name: ${path} cannot be asked for without it.`);
    }
    return encodeURIComponent(value);
  });
}

function renderQuery(query: Record<string, unknown> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

/** 128 random bits. Not `randomUUID`: browsers have it only on pages that came over TLS. */
export function randomHex(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
