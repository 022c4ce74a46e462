import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { id } from '../arguments.js';
import { signingRequestShape, signingRequestText, toSigningRequest } from '../signingRequest.js';
import { defineTool } from '../tool.js';

export const cryptoSubmitSignature = defineTool({
  name: 'crypto_submit_signature',
  title: 'Submit a signature',
  description: 'Answers a signing request. A wrong signature is refused and may be tried again until the time is up.',
  effect: 'changes',
  input: z.strictObject({ signing_request_id: id, signature: z.string().describe('64 bytes in base64') }),
  output: z.object({ ...written, request: signingRequestShape.optional() }),
  async run(api, { signing_request_id: signingRequestId, signature }, options) {
    const input = { path: { requestId: signingRequestId }, body: { signature } };
    const answer = await api.send('answerSigningRequest', input, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    return {
      text: signingRequestText(answer.body),
      data: { status: 'done' as const, request: toSigningRequest(answer.body) },
    };
  },
});
