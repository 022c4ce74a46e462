import { createHash, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { z } from 'zod';
import { ASSERTION } from '../rules/assertion.js';

const CLOCK_TOLERANCE_SECONDS = 5;

const claims = z.object({
  sub: z.guid(),
  jti: z.string().min(16).max(128),
  iat: z.number(),
  exp: z.number(),
  epoch: z.number().int().optional(),
});

export interface Assertion {
  agentId: string;
  jtiHash: Buffer;
  /** The auth epoch that the MCP server found its caller's token good for, where it has been told one. */
  epoch: number | undefined;
  /** From when on the assertion is refused as expired, so that nobody needs to remember it any longer. */
  expiresAt: Date;
}

export function isAssertion(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === ASSERTION.type;
  } catch {
    return false;
  }
}

/**
 * Verifies what the MCP server says about whom it acts for: signed by its key, made for this API, valid for a minute at
 * most. Undefined for anything else; that each is used once only is for the caller to see to.
 */
export async function verifyAssertion(token: string, key: KeyObject, audience: string): Promise<Assertion | undefined> {
  const payload = await jwtVerify(token, key, {
    algorithms: ['EdDSA', 'Ed25519'],
    typ: ASSERTION.type,
    issuer: ASSERTION.issuer,
    audience,
    maxTokenAge: ASSERTION.lifetimeSeconds,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  }).then(
    (verified) => verified.payload,
    () => undefined,
  );
  const parsed = claims.safeParse(payload);
  if (!parsed.success || parsed.data.exp - parsed.data.iat > ASSERTION.lifetimeSeconds) return undefined;
  const { sub, jti, exp, epoch } = parsed.data;
  return {
    agentId: sub,
    epoch,
    jtiHash: createHash('sha256').update(jti).digest(),
    expiresAt: new Date((exp + 2 * CLOCK_TOLERANCE_SECONDS) * 1000),
  };
}
