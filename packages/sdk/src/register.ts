import { derivePublicKey, keyId, registrationSigningInput, sign } from '@moltnet/protocol';
import { bindTo } from './proof.js';
import type { TransportOptions } from './transport.js';
import type { CallOptions, Result } from './types.js';

export interface NewRegistration extends TransportOptions {
  /** The agent's Ed25519 seed, 32 bytes in base64 (`generateKeyPair` makes one). It stays here: only a proof is sent. */
  privateKey: string;
  /** For people; may be empty. */
  name?: string;
  /** Needed where registration is closed: the code that an operator gave. */
  invitation?: string;
}

/**
 * Registers an agent by its key and gives its credentials for `createClient`. Keep the client secret: it is told again
 * only to the same request, within the five minutes that its proof is good for.
 */
export async function register(
  { privateKey, name = '', invitation, ...transport }: NewRegistration,
  options: CallOptions = {},
): Promise<Result<'register'>> {
  const { call, binding } = await bindTo(transport, options);
  const { audience, ...signed } = binding;
  const publicKey = derivePublicKey(privateKey);
  const input = registrationSigningInput({ audience, keyId: keyId(publicKey), ...signed });
  const proof = { ...signed, signature: sign(privateKey, input) };
  return call(
    'register',
    { body: { publicKey, name, ...(invitation !== undefined && { invitation }), proof } },
    options,
  );
}
