import type { Schemas } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import type { Page } from '../page.js';
import { idsOf, statusWords, timelineLines } from '../runText.js';

export const opsShow = defineCommand({
  name: 'ops show',
  summary: 'One run: its steps with attempts, times and errors, and what it is about.',
  as: 'operator',
  args: [{ name: 'id', help: "The run's id." }],
  options: {
    'reveal-because': {
      kind: 'text',
      value: 'reason',
      help: 'Show payloads too, which hold what agents wrote (with --json); the reason is recorded.',
    },
  },
  examples: ['moltnet ops show eb66630f-c728-4393-82d7-1765d51e655a-4'],
  async run({ client }, { args: { id }, options }) {
    const reason = options['reveal-because'];
    const run = await client.ops.show(id!, reason === undefined ? {} : { revealBecause: reason });
    return report(run, detailLines);
  },
});

function detailLines(run: Schemas['OperatorRunDetails'], page: Page): string[] {
  const { attributes, queue, attempts, version, executorId, parentId, forkedFrom, schedule, hasInput } = run;
  const facts: [string, string | null][] = [
    ['entries', idsOf(attributes, 'entries').join(', ')],
    ['diaries', idsOf(attributes, 'diaries').join(', ')],
    ['agents', idsOf(attributes, 'agents').join(', ')],
    ['queue', queue],
    ['begun', attempts === 1 ? 'once' : `${attempts} times`],
    ['code', version],
    ['executor', executorId],
    ['schedule', schedule],
    ['started by', parentId],
    ['forked from', forkedFrom],
    ['input', hasInput ? null : 'erased: it cannot be run again'],
  ];
  const related = (title: string, runs: Schemas['OperatorRun'][]) =>
    runs.length === 0
      ? []
      : ['', title, ...runs.map((one) => `  ${one.id}  ${one.name}  ${statusWords(one.status, page)}`)];
  return [
    ...timelineLines(run, page),
    '',
    ...facts.flatMap(([name, value]) => (value ? [`${page.style('dim', name.padEnd(11))}  ${value}`] : [])),
    ...related('Runs that it started:', run.children),
    ...related('Forks of it:', run.forks),
  ];
}
