import express, { type Request, type Response } from 'express';
import { httpError } from './problem.js';
import { findUnstorable, parseJson } from './json.js';
import type { Route } from './route.js';

const MAX_BODY_BYTES = 5 * 1024 * 1024;
/** Public routes take proofs and credentials, not content: nobody unknown makes us read more. */
const MAX_PUBLIC_BODY_BYTES = 64 * 1024;
const MEDIA_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' };

const readers = new Map<number, ReturnType<typeof express.raw>>();

/** Reads the whole body, decompressed, up to a limit. */
function readBytes(request: Request, response: Response, limit: number): Promise<Buffer> {
  let reader = readers.get(limit);
  if (!reader) readers.set(limit, (reader = express.raw({ type: () => true, limit })));
  const read = reader;
  return new Promise((resolve, reject) => {
    read(request, response, (error?: Error) => {
      if (error) reject(readFailure(error, limit));
      else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });
}

function readFailure(error: Error & { type?: string }, limit: number): Error {
  if (error.type === 'entity.too.large') return tooLarge(limit);
  if (error.type === 'encoding.unsupported') {
    return httpError('UnsupportedMediaType', 'The Content-Encoding is not known here: use gzip, br, deflate or none.');
  }
  return httpError('InvalidInput', 'The body did not arrive whole, or is not encoded as Content-Encoding says.', {
    cause: error,
  });
}

function tooLarge(limit: number): Error {
  return httpError('TooLarge', `The body is larger than ${limit} bytes. Send less at once.`);
}

/** The type and its charset must be the ones we read; a Content-Type that nobody can parse is not. */
function checkMediaType(request: Request, expected: string): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter))?.replace(/^charset=|"/gi, '');
  if (type.toLowerCase() === expected && (charset === undefined || /^utf-?8$/i.test(charset))) return;
  const got = type === '' ? 'none' : 'another';
  throw httpError('UnsupportedMediaType', `Send Content-Type: ${expected} (UTF-8); the request has ${got}.`);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw httpError('InvalidInput', 'The body is not valid UTF-8.', { cause });
  }
}

function parseForm(text: string): Record<string, string> {
  const form: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    if (Object.hasOwn(form, key) || key === '__proto__') {
      throw httpError('InvalidInput', 'A form field occurs twice: send each once.', { field: key });
    }
    const reason = findUnstorable(`${key}${value}`);
    if (reason) throw httpError('InvalidInput', `A form field ${reason}.`, { field: key });
    form[key] = value;
  }
  return form;
}

/**
 * The parsed body, or undefined where there is none. Throws TooLarge (by Content-Length before a byte is read, otherwise
 * while reading), UnsupportedMediaType, or InvalidInput with the place of the fault.
 */
export async function readBody(request: Request, response: Response, route: Route): Promise<unknown> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced === 0 && request.headers['transfer-encoding'] === undefined) return undefined;
  const limit = route.maxBodyBytes ?? (route.access === 'public' ? MAX_PUBLIC_BODY_BYTES : MAX_BODY_BYTES);
  if (announced > limit) throw tooLarge(limit);
  const bodyType = route.bodyType ?? 'json';
  if (route.body) checkMediaType(request, MEDIA_TYPES[bodyType]);
  const bytes = await readBytes(request, response, limit);
  if (bytes.length === 0) return undefined;
  if (!route.body) {
    throw httpError('InvalidInput', `${route.method.toUpperCase()} ${route.path} takes no body.`);
  }
  return bodyType === 'json' ? parseJson(decode(bytes)) : parseForm(decode(bytes));
}
