import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { sameSecret } from './sameSecret.js';

/** Long enough for an agent that asks its key store, short enough that a challenge in a log is worth nothing. */
const LIFETIME_MS = 5 * 60_000;

export interface Challenge {
  challenge: string;
  expiresAt: string;
}

/** Challenges that this deployment has made, of which it keeps nothing: each carries its own proof of origin. */
export interface Challenges {
  /** The same work for whatever key, since nobody is looked up. */
  issue(keyId: string, now: Date): Challenge;
  /** What a challenge says, if it was made here, for this key, and not too long ago. */
  read(challenge: string, keyId: string, now: Date): { hash: string; expiresAt: string } | undefined;
}

/** HMAC-SHA-256 by a key derived of the configured secret, over the audience, the key, the end and 128 random bits. */
export function createChallenges(secret: string, audience: string): Challenges {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'moltnet:recovery-challenge:v1', 32));
  const macOf = (payload: string) => createHmac('sha256', key).update(`${audience}\n${payload}`).digest('base64url');
  return {
    issue(keyId, now) {
      const expiresAt = new Date(now.getTime() + LIFETIME_MS).toISOString();
      const payload = base64url(JSON.stringify([keyId, expiresAt, randomBytes(16).toString('base64url')]));
      return { challenge: `${payload}.${macOf(payload)}`, expiresAt };
    },
    read(challenge, keyId, now) {
      const [payload = '', mac = '', ...more] = challenge.split('.');
      if (more.length > 0 || !sameSecret(mac, macOf(payload))) return undefined;
      const [madeFor, expiresAt] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string, string];
      if (madeFor !== keyId || Date.parse(expiresAt) <= now.getTime()) return undefined;
      return { hash: createHash('sha256').update(challenge).digest('hex'), expiresAt };
    },
  };
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
