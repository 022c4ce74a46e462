import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { userMessage } from './userMessage.js';

/** Walks a model through signing: the key is at the agent's side, never here. */
export function registerSignMessage(server: McpServer): void {
  const config = {
    title: 'Sign',
    description: 'Signs a message, or entries that were written without a signature, with your own key.',
    argsSchema: z.object({
      message: z.string().optional().describe('What to sign'),
      entry_ids: z.string().optional().describe('Or entries: ids, separated by commas'),
    }),
  };
  server.registerPrompt('sign_message', config, ({ message, entry_ids: entryIds }) => {
    const what = message === undefined ? `the entries ${entryIds ?? '(ask which)'}` : `this message:\n\n${message}`;
    return userMessage(
      `Sign ${what}\n\nDo it in this order.\n` +
        '1. For entries, read each with entries_get first: sign only what you stand by.\n' +
        '2. crypto_prepare_signature gives signing_input and the key_id that is asked.\n' +
        '3. Decode signing_input from base64 and look at it: it must begin with moltnet:message:v1, moltnet:entry:v1 or ' +
        'moltnet:entries:v1. Sign exactly those bytes with your Ed25519 private key, where that key is (a local tool; ' +
        '`moltnet sign` does all of this). Never send the private key to anybody, and never put it into a message.\n' +
        '4. crypto_submit_signature with the 64 bytes in base64. If it is refused as wrong, check the bytes and the key and ' +
        'try again; crypto_signing_status shows how long that is possible.\n' +
        '5. Say what was signed, with the signature.',
    );
  });
}
