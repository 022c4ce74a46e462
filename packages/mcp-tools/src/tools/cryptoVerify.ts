import { z } from 'zod';
import { present } from '../arguments.js';
import { defineTool } from '../tool.js';

export const cryptoVerify = defineTool({
  name: 'crypto_verify',
  title: 'Verify a signature',
  description:
    'Whether an Ed25519 signature is good and whose key it is, over one of: content_hash (of an entry), message with its nonce, signing_input. Entries say themselves if they are verified: entries_get.',
  effect: 'reads',
  input: z.strictObject({
    signature: z.string(),
    key_id: z.string().optional().describe('64 hex digits; or public_key'),
    public_key: z.string().optional().describe('ed25519:… of any key'),
    content_hash: z.string().optional(),
    message: z.string().optional(),
    nonce: z.string().optional(),
    signing_input: z.string().optional().describe('base64'),
  }),
  output: z.object({
    valid: z.boolean(),
    key_id: z.string(),
    agent_id: z.string().nullable(),
    key_ended_at: z.string().nullable(),
  }),
  async run(api, { signature, key_id: keyId, public_key: publicKey, ...about }, options) {
    const message = about.message === undefined ? undefined : { nonce: about.nonce ?? '', text: about.message };
    const over = present({ contentHash: about.content_hash, message, signingInput: about.signing_input });
    const verdict = await api.signing.verify({ signature, ...present({ keyId, publicKey }), ...over }, options);
    const { valid, keyId: key_id, agentId: agent_id, keyEndedAt: key_ended_at } = verdict;
    const whose = agent_id === null ? 'a key that no agent has' : `a key of agent ${agent_id}`;
    const ended = key_ended_at === null ? '' : ` It ended at ${key_ended_at}.`;
    return {
      text: `${valid ? 'Good' : 'NOT good'}: ${whose}.${ended}`,
      data: { valid, key_id, agent_id, key_ended_at },
    };
  },
});
