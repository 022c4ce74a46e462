import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { httpError } from './problem.js';

const MAC_BYTES = 12;

/**
 * Opaque places in a list. A cursor carries the kind of the list and its parameters' digest, so that one from another
 * list, another filter or another agent is refused instead of giving a page of nonsense. Give every process of a
 * deployment the same secret; without one, cursors live as long as the process.
 */
export interface Cursors {
  encode(kind: string, place: readonly (string | number)[]): string;
  /** Throws InvalidInput that names `cursor`. */
  decode(kind: string, cursor: string): (string | number)[];
}

export function createCursors(secret: Uint8Array | string = randomBytes(32)): Cursors {
  const mac = (kind: string, payload: string) =>
    createHmac('sha256', secret).update(`${kind}\n${payload}`).digest().subarray(0, MAC_BYTES);
  return {
    encode(kind, place) {
      const payload = Buffer.from(JSON.stringify(place)).toString('base64url');
      return `${payload}.${mac(kind, payload).toString('base64url')}`;
    },
    decode(kind, cursor) {
      const [payload = '', given = ''] = cursor.split('.');
      const bytes = Buffer.from(given, 'base64url');
      if (bytes.length !== MAC_BYTES || !timingSafeEqual(bytes, mac(kind, payload))) throw foreignCursor();
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as (string | number)[];
    },
  };
}

function foreignCursor(): Error {
  const message = 'is not a cursor of this list: start without one, and pass on nextCursor as it came';
  return httpError('InvalidInput', `cursor ${message}.`, { faults: [{ in: 'query', pointer: '/cursor', message }] });
}
