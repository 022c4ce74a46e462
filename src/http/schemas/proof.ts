import { z } from 'zod';

export const publicKey = z.string().meta({
  description: '`ed25519:` and the 32 bytes in base64.',
  examples: ['ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
});

export const keyIdParam = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a key id: 64 hex digits in lower case')
  .meta({ examples: ['21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9'] });

export const signature = z.string().meta({ description: '64 bytes in base64.' });

/** A signature over `purpose` and what it is about, this API as its metadata names it, a nonce and the time. */
export const proofFields = {
  nonce: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,128}$/, 'must be 16 to 128 letters, digits, hyphens or underscores')
    .meta({ examples: ['3c9a1f0e7b52d846'] }),
  issuedAt: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be a UTC time with milliseconds')
    .meta({ examples: ['2026-03-01T09:30:00.000Z'] }),
  signature,
};

/** What is signed is named line by line, so that a client can be written from the document alone. */
export function proof(purpose: string, lines: string) {
  return z.strictObject(proofFields).meta({
    description: `The signature by the key over \`${purpose}\`, this API as its metadata names it, ${lines}, the nonce and the time, joined by line feeds. Good for five minutes.`,
  });
}
