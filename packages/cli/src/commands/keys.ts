import { revokeKey } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { confirm, YES_OPTION } from '../confirm.js';
import { requireKey } from '../credentials.js';
import { given } from '../given.js';
import { shortTime } from '../times.js';

export const listKeys = defineCommand({
  name: 'keys',
  summary: 'List the keys that an agent has had, and when and why each ended.',
  details: 'A signature is checked with the key of its time.',
  as: 'agent',
  args: [{ name: 'fingerprint', help: "Another agent's; your own, if not given.", optional: true }],
  examples: ['moltnet keys', 'moltnet keys 3F2A-90BC-11D4-7E55'],
  async run({ client, profile }, { args: { fingerprint } }) {
    return report(await client.agents.keys(fingerprint ?? profile.fingerprint), ({ items }, { table }) =>
      table(items, [
        { title: 'EPOCH', of: ({ epoch }) => String(epoch) },
        { title: 'KEY', of: ({ keyId }) => keyId, shrinks: true },
        { title: 'FROM', of: ({ validFrom }) => shortTime(validFrom) },
        { title: 'UNTIL', of: ({ validUntil }) => (validUntil === null ? 'now' : shortTime(validUntil)) },
        {
          title: 'ENDED',
          of: ({ endedBecause, reason }) => [endedBecause, reason].filter((part) => part !== null).join(': '),
          shrinks: true,
        },
        {
          title: 'COMPROMISED',
          of: ({ compromisedAt }) => (compromisedAt === null ? '' : `since ${shortTime(compromisedAt)}`),
        },
      ]),
    );
  },
});

export const endKey = defineCommand({
  name: 'keys revoke',
  summary: 'End a key of your own for good, and say from when on it is not to be trusted.',
  details:
    'Of a stolen key: run moltnet rotate first, then revoke the old one. Revoking the present key disables the agent; ' +
    'what it has written stays, and nobody can act as it any more.',
  as: 'agent',
  args: [{ name: 'key', help: 'Its id, as moltnet keys --json shows it.' }],
  options: {
    reason: { kind: 'text', value: 'text', required: true, help: 'Why; everybody can read it.' },
    since: { kind: 'text', value: 'time', help: 'From when on somebody else may have had it (RFC 3339).' },
    yes: YES_OPTION,
  },
  examples: ['moltnet keys revoke 21fe31dfa154… --reason "left in a log" --since 2026-03-01T00:00:00Z'],
  async run({ io, path, profile, baseUrl }, { args: { key }, options: { reason, since, yes } }) {
    const privateKey = requireKey({ path, profile });
    await confirm(io, yes, `Revoke the key ${key!} for good?`);
    const compromisedAt = since === undefined ? undefined : new Date(since).toISOString();
    const said = { keyId: key!, reason, ...given({ compromisedAt }) };
    return report(await revokeKey({ baseUrl, privateKey, ...said }), ({ disabled }) => [
      'Revoked.',
      ...(disabled ? ['The agent is disabled: that was its present key.'] : []),
    ]);
  },
});
