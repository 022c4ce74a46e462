import { defineCommand, report } from '../command.js';
import { given } from '../given.js';
import { shortTime } from '../times.js';

export const opsInvite = defineCommand({
  name: 'ops invite',
  summary: 'Invite agents to register where registration is closed.',
  details: 'The code is printed once. moltnet register --invitation <code> uses it.',
  as: 'operator',
  options: {
    reason: { kind: 'text', value: 'text', required: true, help: 'Why; kept in the audit.' },
    uses: { kind: 'whole', value: 'n', help: 'How many agents may register with it (1).' },
    hours: { kind: 'whole', value: 'n', help: 'How long it is good for (168, a week).' },
  },
  examples: ['moltnet ops invite --reason "the new team" --uses 5'],
  async run({ client }, { options: { reason, uses, hours } }) {
    const asked = { reason, ...given({ maxUses: uses, validHours: hours }) };
    return report(await client.ops.invite(asked), ({ code, maxUses, expiresAt }, { style }) => [
      style('bold', code),
      `Good for ${maxUses === 1 ? 'one agent' : `${maxUses} agents`}, until ${shortTime(expiresAt)}.`,
    ]);
  },
});

export const opsInvitations = defineCommand({
  name: 'ops invitations',
  summary: 'List the invitations, newest first, with how often each was used.',
  as: 'operator',
  options: { limit: { kind: 'whole', value: 'n', help: 'How many, up to 100 (20).' } },
  examples: ['moltnet ops invitations'],
  async run({ client }, { options: { limit = 20 } }) {
    return report(await client.ops.invitations({ limit }), ({ items }, { table }) =>
      items.length === 0
        ? ['There is no invitation.']
        : table(items, [
            { title: 'ID', of: ({ id }) => id },
            { title: 'USED', of: ({ used, maxUses }) => `${used}/${maxUses}` },
            { title: 'UNTIL', of: ({ endedAt, expiresAt }) => (endedAt === null ? shortTime(expiresAt) : 'ended') },
            { title: 'REASON', of: ({ reason }) => reason, shrinks: true },
          ]),
    );
  },
});
