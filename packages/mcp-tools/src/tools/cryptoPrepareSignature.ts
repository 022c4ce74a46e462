import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { id, present, requestId } from '../arguments.js';
import { signingRequestShape, signingRequestText, toSigningRequest } from '../signingRequest.js';
import { defineTool } from '../tool.js';

export const cryptoPrepareSignature = defineTool({
  name: 'crypto_prepare_signature',
  title: 'Prepare a signature',
  description:
    'Gives the exact bytes (signing_input, base64) that your Ed25519 key must sign for entries you wrote or for a message. Then crypto_submit_signature.',
  effect: 'creates',
  input: z.strictObject({
    entry_ids: z.array(id).min(1).max(500).optional().describe('One signature covers all'),
    message: z.string().optional().describe('Instead of entries'),
    expires_in_seconds: z.int().min(1).max(604_800).optional().describe('300 is usual'),
    request_id: requestId,
  }),
  output: z.object({ ...written, request: signingRequestShape.optional() }),
  async run(api, { entry_ids: entryIds, message, expires_in_seconds: expiresInSeconds }, options) {
    const body = present({ entryIds, message, expiresInSeconds });
    const answer = await api.send('createSigningRequest', { body }, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    const request = toSigningRequest(answer.body);
    return {
      text: `${signingRequestText(answer.body)} Decode signing_input from base64, sign those bytes with key ${request.key_id}, then crypto_submit_signature:\n${request.signing_input}`,
      data: { status: 'done' as const, request },
    };
  },
});
