import { defineCommand, report } from '../command.js';
import { timelineLines } from '../runText.js';

export const workflow = defineCommand({
  name: 'workflow',
  summary: 'Show one of your runs with its steps.',
  as: 'agent',
  args: [{ name: 'id', help: 'As `moltnet read` or the Workflow-Id of an answer names it.' }],
  examples: ['moltnet workflow 86239836-168a-4d2d-8d3c-5e373af1f38c'],
  async run({ client }, { args: { id } }) {
    return report(await client.workflows.get(id!), (run, page) => [
      ...timelineLines(run, page),
      ...(run.entries.length === 0 ? [] : ['', `about ${run.entries.join(', ')}`]),
    ]);
  },
});
