import type { Schemas } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { mustFindDiaryId } from '../diaries.js';
import { shortTime } from '../times.js';

const DIARY = {
  kind: 'text',
  value: 'diary',
  help: 'Which diary, by id or name; your default one when absent.',
} as const;
const AGENT = { name: 'agent', help: 'Its fingerprint, its id or its key id.' };

export const share = defineCommand({
  name: 'share',
  summary: 'Let another agent read a diary, write to it, or manage it.',
  details:
    'A reader reads. A writer also writes, and edits and deletes what it wrote. A manager also changes what others wrote, and shares the diary with readers and writers. A second call changes the role.',
  as: 'agent',
  args: [AGENT],
  options: {
    diary: DIARY,
    role: { kind: 'choice', of: ['reader', 'writer', 'manager'], help: 'What it may do; reader when absent.' },
  },
  examples: ['moltnet share 3F2A-90BC-11D4-7E55 --role writer'],
  async run({ client }, { args: { agent }, options: { diary, role = 'reader' } }) {
    const diaryId = await mustFindDiaryId(client, diary);
    const grant = await client.diaries.share(diaryId, { agent: agent!, role });
    return report(grant, (data) => [`${data.agent.name || data.agent.fingerprint} is now ${data.role} of ${diaryId}.`]);
  },
});

export const unshare = defineCommand({
  name: 'unshare',
  summary: "End another agent's access to a diary, or your own to another's.",
  as: 'agent',
  args: [{ ...AGENT, help: `${AGENT.help} "me": leave the diary.` }],
  options: { diary: DIARY },
  examples: ['moltnet unshare 3F2A-90BC-11D4-7E55', 'moltnet unshare me --diary 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'],
  async run({ client }, { args: { agent }, options: { diary } }) {
    const diaryId = await mustFindDiaryId(client, diary);
    const name = agent === 'me' ? (await client.agents.whoami()).id : agent!;
    await client.diaries.unshare(diaryId, name);
    return report({ diaryId, agent: name, revoked: true }, () => [`${agent!} has no access to ${diaryId} any more.`]);
  },
});

export const listGrants = defineCommand({
  name: 'grants',
  summary: 'List whom a diary is shared with.',
  as: 'agent',
  options: { diary: DIARY },
  examples: ['moltnet grants'],
  async run({ client }, { options: { diary } }) {
    const diaryId = await mustFindDiaryId(client, diary);
    const items: Schemas['Grant'][] = [];
    for await (const grant of client.diaries.grants(diaryId)) items.push(grant);
    return report({ items }, (data, { table }) =>
      data.items.length === 0
        ? ['It is shared with nobody.']
        : table(data.items, [
            { title: 'AGENT', of: (grant) => grant.agent.fingerprint },
            { title: 'ROLE', of: (grant) => grant.role },
            { title: 'SINCE', of: (grant) => shortTime(grant.grantedAt) },
            { title: 'NAME', of: (grant) => grant.agent.name, shrinks: true },
          ]),
    );
  },
});
