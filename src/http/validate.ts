import type { Request } from 'express';
import type { z } from 'zod';
import { findUnstorable, toPointer } from './json.js';
import { httpError, type Fault } from './problem.js';
import type { Route } from './route.js';

/** More than this helps nobody to correct a request; the detail says how many there are. */
const MAX_FAULTS = 100;
type Part = NonNullable<Fault['in']>;

export interface Input {
  params: unknown;
  query: unknown;
  headers: unknown;
  body: unknown;
}

/**
 * The four parts of a request as the route's schemas describe them. Unknown fields and repeated query parameters are
 * refused: a misspelt name must not be a silent default. Throws InvalidInput with every fault of every part.
 */
export function validate(route: Route, request: Request, body: unknown): Input {
  const faults: Fault[] = [];
  const params = { ...request.params } as Record<string, unknown>;
  const query = parseQuery(request.url, faults);
  const headers = pickHeaders(route.headers, request);
  refuseUnstorable('path', params, faults);
  refuseUnstorable('query', query, faults);

  const input: Input = {
    params: check('path', route.params, params, faults),
    query: check('query', route.query, query, faults),
    headers: check('headers', route.headers, headers, faults),
    body: check('body', route.body, body, faults),
  };
  if (faults.length > 0) throw invalid(faults);
  return input;
}

function invalid(faults: Fault[]): Error {
  const [first] = faults;
  const where = first ? `${first.in ?? 'request'} ${first.pointer || '(as a whole)'}: ${first.message}` : '';
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more, see errors)` : '';
  return httpError('InvalidInput', `${where}${more}`, { faults: faults.slice(0, MAX_FAULTS) });
}

function check(part: Part, schema: z.ZodType | undefined, value: unknown, faults: Fault[]): unknown {
  if (!schema) {
    for (const key of Object.keys(value ?? {})) {
      faults.push({ in: part, pointer: toPointer([key]), message: 'is not known here' });
    }
    return undefined;
  }
  const parsed = schema.safeParse(value, {
    error: (issue) => (issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : undefined),
  });
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) faults.push(...toFaults(part, issue));
  return undefined;
}

function toFaults(part: Part, issue: z.core.$ZodIssue): Fault[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ in: part, pointer: toPointer(issue.path), message: issue.message }];
  }
  return issue.keys.map((key) => ({
    in: part,
    pointer: toPointer([...issue.path, key]),
    message: 'is not known here',
  }));
}

function refuseUnstorable(part: Part, values: Record<string, unknown>, faults: Fault[]): void {
  for (const [key, value] of Object.entries(values)) {
    const reason = findUnstorable(`${key}${String(value)}`);
    if (reason) faults.push({ in: part, pointer: toPointer([key]), message: reason });
  }
}

/** Strict: what cannot be decoded is refused, not replaced, and the same name twice is refused, not merged. */
function parseQuery(url: string, faults: Fault[]): Record<string, string> {
  const query: Record<string, string> = {};
  const start = url.indexOf('?');
  if (start === -1) return query;
  for (const pair of url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const cut = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const key = decodeQuery(pair.slice(0, cut));
    const value = decodeQuery(pair.slice(cut + 1));
    if (key === undefined || value === undefined) {
      faults.push({ in: 'query', pointer: '', message: 'is not percent-encoded UTF-8' });
    } else if (Object.hasOwn(query, key) || key === '__proto__') {
      faults.push({ in: 'query', pointer: toPointer([key]), message: 'occurs twice, or is a name never used' });
    } else query[key] = value;
  }
  return query;
}

function decodeQuery(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Headers that the route does not name are none of its business: they are not looked at. */
function pickHeaders(schema: z.ZodObject | undefined, request: Request): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of Object.keys(schema?.shape ?? {})) {
    const value = request.headers[name.toLowerCase()];
    if (value !== undefined) picked[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return picked;
}
