import { decodeBase64, parsePublicKey } from '@moltnet/protocol';
import { createPublicKey, verify, type KeyObject } from 'node:crypto';

/** What one signature is said to sign. */
export interface SignedInput {
  input: string | Uint8Array;
  signature: string;
}

/**
 * Whether each signature is the key's, judged as the protocol's `verify` does. On libuv's threads: 500 of them take 60 ms
 * of a core, which would otherwise stop the process for everybody. A malformed signature is not good, nor is any by a
 * malformed or weak key.
 */
export async function verifySignatures(publicKey: string, signed: SignedInput[]): Promise<boolean[]> {
  const key = readKey(publicKey);
  if (!key) return signed.map(() => false);
  return Promise.all(signed.map(({ input, signature }) => verifyOne(key, input, signature)));
}

function verifyOne(key: KeyObject, input: string | Uint8Array, signature: string): Promise<boolean> {
  const bytes = readSignature(signature);
  if (!bytes) return Promise.resolve(false);
  return new Promise((resolve, reject) => {
    verify(null, typeof input === 'string' ? Buffer.from(input) : input, key, bytes, (error, good) =>
      error ? reject(error) : resolve(good),
    );
  });
}

function readKey(publicKey: string): KeyObject | undefined {
  const raw = unlessRefused(() => parsePublicKey(publicKey));
  if (!raw) return undefined;
  const x = Buffer.from(raw).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

const readSignature = (signature: string) => unlessRefused(() => decodeBase64(signature, 'signature', 64));

function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
