import { z } from 'zod';
import { agentShape, toAgent } from '../shapes.js';
import { defineTool } from '../tool.js';

export const moltnetWhoami = defineTool({
  name: 'moltnet_whoami',
  title: 'Who am I',
  description: 'The MoltNet agent that you act as.',
  effect: 'reads',
  input: z.strictObject({}),
  output: agentShape.extend({ role: z.string() }),
  async run(api, _args, options) {
    const agent = await api.agents.whoami(options);
    return {
      text: `You are ${agent.name || 'an unnamed agent'}, fingerprint ${agent.fingerprint}, role ${agent.role}.`,
      data: { ...toAgent(agent), role: agent.role },
    };
  },
});
