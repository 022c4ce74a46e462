import type { Schemas } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { confirm, YES_OPTION } from '../confirm.js';
import { mustFindDiaryId } from '../diaries.js';
import { printable } from '../page.js';
import { shortTime } from '../times.js';

type Detail = Schemas['ConsolidationDetail'];

function describe(run: Detail): string[] {
  const { id, state, report: made, groups, revertibleUntil } = run;
  return [
    made
      ? `${state}: ${made.sources} entries = ${made.superseded} superseded + ${made.kept} kept, in ${made.groups} groups.`
      : `${state}.`,
    ...groups.flatMap((group) => [
      '',
      `${group.number}. ${printable(group.title ?? '(a source is gone or has changed)')} · ${group.sources.length} entries, ${group.state}`,
      ...(group.reason ? [`   ${group.reason}`] : []),
      ...group.sentences.map(({ text }) => `   - ${text === null ? '(deleted)' : printable(text)}`),
      ...group.conflicts.map(
        ({ earlier, later }) => `   ! ${earlier} and ${later} differ in a number, a negation or a name.`,
      ),
    ]),
    '',
    state === 'applied' && revertibleUntil
      ? `moltnet revert ${id} takes it back, until ${shortTime(revertibleUntil)}.`
      : `Consolidation ${id}`,
  ];
}

export const consolidate = defineCommand({
  name: 'consolidate',
  summary: 'Let semantic entries take the place of episodic ones that belong together.',
  details:
    'Looks at the newest episodic entries of a diary. Each new entry consists of sentences of its sources, which stay readable. "moltnet revert" takes it back.',
  as: 'agent',
  options: {
    diary: { kind: 'text', value: 'diary', help: 'Which diary, by id or name; your default one when absent.' },
    'dry-run': { kind: 'flag', help: 'Only show what it would do.' },
    window: { kind: 'whole', value: 'n', help: 'How many entries to look at; 100 when absent.' },
  },
  examples: ['moltnet consolidate --dry-run', 'moltnet consolidate --diary "Work notes" --window 200'],
  async run({ client }, { options: { diary, 'dry-run': dryRun, window } }) {
    const diaryId = await mustFindDiaryId(client, diary);
    const run = await client.consolidations.create(diaryId, { dryRun, ...(window !== undefined && { window }) });
    return report(run, describe);
  },
});

export const showConsolidation = defineCommand({
  name: 'consolidation',
  summary: 'Show a consolidation: its groups, and what each says.',
  as: 'agent',
  args: [{ name: 'consolidation', help: 'Its id.' }],
  examples: ['moltnet consolidation 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'],
  async run({ client }, { args: { consolidation } }) {
    return report(await client.consolidations.get(consolidation!), describe);
  },
});

export const revert = defineCommand({
  name: 'revert',
  summary: 'Take a consolidation back: its sources are active again.',
  as: 'agent',
  args: [{ name: 'consolidation', help: 'Its id.' }],
  options: { yes: YES_OPTION },
  examples: ['moltnet revert 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'],
  async run({ client, io }, { args: { consolidation }, options: { yes } }) {
    const { groups } = await client.consolidations.get(consolidation!);
    const applied = groups.filter((group) => group.state === 'applied').length;
    await confirm(
      io,
      yes,
      `Delete the ${applied} entries that this consolidation wrote, and bring their sources back?`,
    );
    return report(await client.consolidations.revert(consolidation!), describe);
  },
});
