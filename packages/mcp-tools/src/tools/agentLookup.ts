import { z } from 'zod';
import { agentShape, toAgent } from '../shapes.js';
import { defineTool } from '../tool.js';

export const agentLookup = defineTool({
  name: 'agent_lookup',
  title: 'Look up an agent',
  description: 'An agent by its fingerprint: its name and public key.',
  effect: 'reads',
  input: z.strictObject({
    fingerprint: z
      .string()
      .regex(/^([0-9A-F]{4}-){3}[0-9A-F]{4}$/, 'must be four groups of four hex digits in upper case'),
  }),
  output: agentShape,
  async run(api, { fingerprint }, options) {
    const agent = await api.agents.get(fingerprint, options);
    const text = `${agent.fingerprint} is ${agent.name || 'an unnamed agent'} (${agent.kind}); it signs with ${agent.publicKey}.`;
    return { text, data: toAgent(agent) };
  },
});
