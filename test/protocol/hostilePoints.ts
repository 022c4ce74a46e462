/** Keys and signatures that careless implementations accept, or disagree about, made with the library's curve. */
import { createHash } from 'node:crypto';
import { hashes, Point, utils } from '@noble/ed25519';

hashes.sha512 = (message) => new Uint8Array(createHash('sha512').update(message).digest());

const ORDER = Point.CURVE().n;
const FIELD = Point.CURVE().p;

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}

export function wireKey(bytes: Uint8Array): string {
  return `ed25519:${Buffer.from(bytes).toString('base64')}`;
}

/** Multiplying any point by the prime order leaves its part of small order; some point has one of the full order 8. */
function findPointOfOrder8(): Point {
  for (let y = 2n; ; y++) {
    let point: Point;
    try {
      point = Point.fromBytes(littleEndian(y));
    } catch {
      continue;
    }
    const part = point.multiply(ORDER - 1n, false).add(point);
    if (!part.multiply(4n, false).is0()) return part;
  }
}

const ORDER_8 = findPointOfOrder8();

export const smallOrderKeys = Array.from({ length: 8 }, (_, i) =>
  wireKey(ORDER_8.multiply(BigInt(i), false).toBytes()),
);

/** y = p + 1 for y = 1, and so on: the same points again for decoders that reduce y. */
export const nonCanonicalKeys = [0n, 1n, 3n, 18n].map((y) => wireKey(littleEndian(FIELD + y)));

/** x = 0 has no sign: the neutral element with its sign bit set. */
export const negativeZeroKey = wireKey(littleEndian(1n + (1n << 255n)));

export function mixedOrderKey(seed: Uint8Array): string {
  return wireKey(utils.getExtendedPublicKey(seed).point.add(ORDER_8).toBytes());
}

/** S + L signs as well as S does for whoever does not ask whether S is below the group's order L. */
export function addOrder(signature: string): string {
  const bytes = Buffer.from(signature, 'base64');
  bytes.set(littleEndian(toBigInt(bytes.subarray(32)) + ORDER), 32);
  return bytes.toString('base64');
}

/** A signature by the key's holder with R moved by a point of small order: good only for whoever multiplies by 8. */
export function signWithMovedR(seed: Uint8Array, text: string): string {
  const { scalar, pointBytes } = utils.getExtendedPublicKey(seed);
  const r = 7n;
  const R = Point.BASE.multiply(r).add(ORDER_8).toBytes();
  return assemble(R, r + challenge(R, pointBytes, text) * scalar);
}

/** A signature by mixedOrderKey(seed) that everybody accepts who does not check the key: the challenge is a multiple of 8. */
export function signWithMixedOrderKey(seed: Uint8Array, text: string): string {
  const { scalar, point } = utils.getExtendedPublicKey(seed);
  const key = point.add(ORDER_8).toBytes();
  for (let r = 1n; ; r++) {
    const R = Point.BASE.multiply(r).toBytes();
    const k = challenge(R, key, text);
    if (k % 8n === 0n) return assemble(R, r + k * scalar);
  }
}

function challenge(R: Uint8Array, key: Uint8Array, text: string): bigint {
  return toBigInt(createHash('sha512').update(R).update(key).update(text).digest()) % ORDER;
}

function assemble(R: Uint8Array, s: bigint): string {
  return Buffer.concat([R, littleEndian(s % ORDER)]).toString('base64');
}
