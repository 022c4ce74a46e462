import { z } from 'zod';
import { id } from '../arguments.js';
import { signingRequestShape, signingRequestText, toSigningRequest } from '../signingRequest.js';
import { defineTool } from '../tool.js';

export const cryptoSigningStatus = defineTool({
  name: 'crypto_signing_status',
  title: 'Look at signing requests',
  description: 'One signing request, or without an id those that are open.',
  effect: 'reads',
  input: z.strictObject({ signing_request_id: id.optional() }),
  output: z.object({ requests: z.array(signingRequestShape) }),
  async run(api, { signing_request_id: signingRequestId }, options) {
    const requests =
      signingRequestId === undefined
        ? (await api.signing.list({ state: 'open', limit: 50 }, options)).items
        : [await api.signing.get(signingRequestId, options)];
    return {
      text: requests.map(signingRequestText).join('\n') || 'No signing request is open.',
      data: { requests: requests.map(toSigningRequest) },
    };
  },
});
