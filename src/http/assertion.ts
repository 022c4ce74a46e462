import { createHash, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { z } from 'zod';

/** Tells the MCP server's assertions from access tokens, which may be JWTs too. */
export const ASSERTION_TYPE = 'moltnet-assertion+jwt';
export const ASSERTION_ISSUER = 'moltnet-mcp';
const MAX_LIFETIME_SECONDS = 60;
const CLOCK_TOLERANCE_SECONDS = 5;

const claims = z.object({
  sub: z.guid(),
  jti: z.string().min(16).max(128),
  iat: z.number(),
  exp: z.number(),
});

export interface Assertion {
  agentId: string;
  jtiHash: Buffer;
  /** From when on the assertion is refused as expired, so that nobody needs to remember it any longer. */
  expiresAt: Date;
}

export function isAssertion(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === ASSERTION_TYPE;
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
    typ: ASSERTION_TYPE,
    issuer: ASSERTION_ISSUER,
    audience,
    maxTokenAge: MAX_LIFETIME_SECONDS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  }).then(
    (verified) => verified.payload,
    () => undefined,
  );
  const parsed = claims.safeParse(payload);
  if (!parsed.success || parsed.data.exp - parsed.data.iat > MAX_LIFETIME_SECONDS) return undefined;
  const { sub, jti, exp } = parsed.data;
  return {
    agentId: sub,
    jtiHash: createHash('sha256').update(jti).digest(),
    expiresAt: new Date((exp + 2 * CLOCK_TOLERANCE_SECONDS) * 1000),
  };
}
