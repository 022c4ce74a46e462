import { createPrivateKey, randomUUID, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { AppError } from '../errors.js';
import { ASSERTION } from '../rules/assertion.js';

/** Says, to the API and to nobody else, which agent a request is made for. Good for one request within a minute. */
export type AssertAgent = (agentId: string, epoch: number | undefined) => Promise<string>;

/** `key`: Ed25519, PKCS #8 PEM; the API holds the public half. Throws Misconfigured for anything else. */
export function createAssertions({ key, audience }: { key: string; audience: string }): AssertAgent {
  const privateKey = readKey(key);
  return (agentId, epoch) =>
    new SignJWT(epoch === undefined ? {} : { epoch })
      .setProtectedHeader({ alg: 'EdDSA', typ: ASSERTION.type })
      .setIssuer(ASSERTION.issuer)
      .setSubject(agentId)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${ASSERTION.lifetimeSeconds}s`)
      .sign(privateKey);
}

function readKey(pem: string): KeyObject {
  const key = parseKey(pem);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new AppError(
    'Misconfigured',
    'MCP_ASSERTION_KEY is not an Ed25519 private key in PEM. Make one: openssl genpkey -algorithm ed25519.',
  );
}

function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
