import { createHash } from 'node:crypto';
import { z } from 'zod';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

export function isIdempotencyKey(value: string): boolean {
  return VISIBLE_ASCII.test(value);
}

/** For the `headers` of every POST that creates: `z.object({ ...idempotencyKeyHeader })`. */
export const idempotencyKeyHeader = {
  'Idempotency-Key': z
    .string()
    .regex(VISIBLE_ASCII, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .meta({
      description:
        'Names this request. Sent again with the same key and body, it answers what it answered and creates nothing twice; with another body it is 422.',
      examples: ['b6f0c1de-write-1'],
    }),
};

/** JSON with the keys of every object in order, so that two spellings of one body are one request. */
function canonical(value: unknown): string {
  if (value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${pairs.join(',')}}`;
}

/** What a repeated key is compared by: SHA-256 over the validated body, so defaults spelled out or left out are the same. */
export function requestHash(body: unknown): string {
  return createHash('sha256').update(canonical(body)).digest('hex');
}

/**
 * The id that a request's resource gets: a UUID of version 8 (RFC 9562: the bits are ours) made of 122 bits of SHA-256,
 * so that the same agent, operation and key meet the same row. Add an index for the items of a batch.
 */
export function derivedId(agentId: string, operation: string, key: string, index?: number): string {
  const name = JSON.stringify(['moltnet:id:v1', agentId, operation, key, ...(index === undefined ? [] : [index])]);
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
