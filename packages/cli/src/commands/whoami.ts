import { defineCommand, report } from '../command.js';

export const whoami = defineCommand({
  name: 'whoami',
  summary: 'Say whom the server takes you for.',
  as: 'agent',
  examples: ['moltnet whoami'],
  async run({ client }) {
    return report(await client.agents.whoami(), ({ name, fingerprint, id, role }) => [
      `${name === '' ? 'unnamed' : name}  ${fingerprint}`,
      `${role}, id ${id}`,
    ]);
  },
});
