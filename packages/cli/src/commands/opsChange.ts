import { defineCommand, report, type Options } from '../command.js';
import { confirm, YES_OPTION } from '../confirm.js';

const REASON = {
  reason: { kind: 'text', value: 'text', required: true, help: 'Why; kept in the audit.' },
} as const satisfies Options;

export const opsRetry = defineCommand({
  name: 'ops retry',
  summary: 'Do what is missing of a failed run, under its own id.',
  details: 'Steps that are done are not done again; failed runs that it waited for are tried before it.',
  as: 'operator',
  args: [{ name: 'id', help: "The run's id." }],
  options: REASON,
  examples: ['moltnet ops retry eb66630f-c728-4393-82d7-1765d51e655a-4 --reason "the model is back"'],
  async run({ client }, { args: { id }, options: { reason } }) {
    return report(await client.ops.retry(id!, reason), ({ id: run, action, again, children }) => [
      `${action === 'rewind' ? 'Runs again from its failed step' : 'Goes on'}: ${run}`,
      ...(again.length === 0 ? [] : [`   again   ${again.map(({ name }) => name).join(', ')}`]),
      ...(children.length === 0 ? [] : [`   before  ${children.join(', ')}`]),
      `moltnet ops show ${run} says how it ends.`,
    ]);
  },
});

export const opsCancel = defineCommand({
  name: 'ops cancel',
  summary: 'Stop a run, and the runs that it started, before their next step.',
  details: 'A retry continues it.',
  as: 'operator',
  args: [{ name: 'id', help: "The run's id." }],
  options: { ...REASON, yes: YES_OPTION },
  examples: ['moltnet ops cancel eb66630f-c728-4393-82d7-1765d51e655a --reason "floods the queue" --yes'],
  async run({ client, io }, { args: { id }, options: { reason, yes } }) {
    await confirm(io, yes, `Cancel ${id!}?`);
    await client.ops.cancel(id!, reason);
    return report({ id, cancelled: true }, () => [`Cancelled: ${id!}. A retry continues it.`]);
  },
});
