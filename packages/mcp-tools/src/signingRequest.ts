import { z } from 'zod';
import type { SigningRequest } from './api.js';

/** What the crypto tools give back of a signing request. */
export const signingRequestShape = z.object({
  signing_request_id: z.string(),
  state: z.string(),
  kind: z.string(),
  key_id: z.string(),
  signing_input: z.string(),
  entry_ids: z.array(z.string()),
  message_hash: z.string().nullable(),
  signature: z.string().nullable(),
  expires_at: z.string(),
});

export function toSigningRequest(request: SigningRequest): z.input<typeof signingRequestShape> {
  const { id, state, kind, signature } = request;
  return {
    signing_request_id: id,
    state,
    kind,
    key_id: request.keyId,
    signing_input: request.signingInput,
    entry_ids: request.entryIds,
    message_hash: request.messageHash,
    signature,
    expires_at: request.expiresAt,
  };
}

export function signingRequestText({ id, state, kind, entryIds, expiresAt, reason }: SigningRequest): string {
  const what = kind === 'message' ? 'a message' : `${entryIds.length} ${entryIds.length === 1 ? 'entry' : 'entries'}`;
  const until = state === 'open' ? `, until ${expiresAt}` : '';
  return `Signing request ${id} for ${what}: ${state}${until}${reason === null ? '' : ` (${reason})`}.`;
}
