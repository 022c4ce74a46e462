import { defineCommand, report } from '../command.js';
import { groupTroubles, troubleLines } from '../troubles.js';

export const opsStranded = defineCommand({
  name: 'ops stranded',
  summary: 'Runs that will not go on by themselves, each with its remedy.',
  as: 'operator',
  examples: ['moltnet ops stranded'],
  async run({ client }) {
    return report(await client.ops.stranded(), ({ items }, page) =>
      items.length === 0
        ? ['No run is stranded.']
        : troubleLines({ groups: groupTroubles([], items), more: false }, page),
    );
  },
});
