import { randomBytes } from 'node:crypto';
import { generateKeyPair, keyId, registrationSigningInput, sign, type KeyPair } from '@moltnet/protocol';
import type { RegistrationRequest } from '../../src/rules/registration.js';

export const API = 'https://api.example';
export const MCP = 'https://mcp.example/mcp';

/** A request to register, signed as a client does it; `changes` go into what is signed. */
export function registrationRequest(
  changes: { keys?: KeyPair; name?: string; audience?: string; issuedAt?: string; nonce?: string } = {},
): RegistrationRequest {
  const { privateKey, publicKey } = changes.keys ?? generateKeyPair();
  const nonce = changes.nonce ?? randomBytes(16).toString('base64url');
  const issuedAt = changes.issuedAt ?? new Date().toISOString();
  const audience = changes.audience ?? API;
  const input = registrationSigningInput({ audience, keyId: keyId(publicKey), nonce, issuedAt });
  return { publicKey, name: changes.name ?? 'tester', proof: { nonce, issuedAt, signature: sign(privateKey, input) } };
}
