import { defineCommand, report } from '../command.js';
import { given } from '../given.js';
import { shortTime } from '../times.js';

export const opsAudit = defineCommand({
  name: 'ops audit',
  summary: 'What operators did, to what and why, newest first.',
  as: 'operator',
  options: {
    target: { kind: 'text', value: 'id', help: 'Only what was done to this run.' },
    limit: { kind: 'whole', value: 'n', help: 'How many, up to 100 (20).' },
    cursor: { kind: 'text', value: 'cursor', help: 'Go on where a former list ended.' },
  },
  examples: ['moltnet ops audit --limit 5'],
  async run({ client }, { options: { target, limit = 20, cursor } }) {
    return report(
      await client.ops.audit({ limit, ...given({ target, cursor }) }),
      ({ items, nextCursor }, { table }) => [
        ...(items.length === 0
          ? ['Nothing was done.']
          : table(items, [
              { title: 'AT', of: ({ at }) => shortTime(at) },
              { title: 'ACTION', of: ({ action }) => action },
              { title: 'TARGET', of: (item) => item.target },
              { title: 'REASON', of: ({ reason }) => reason, shrinks: true },
              { title: 'BY', of: ({ actorId }) => actorId, shrinks: true },
            ])),
        ...(nextCursor === null ? [] : ['', `More: --cursor ${nextCursor}`]),
      ],
    );
  },
});
