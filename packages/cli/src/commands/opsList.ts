import type { Client, Schemas } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { given } from '../given.js';
import { groupTroubles, troubleLines } from '../troubles.js';
import { rootCause, statusWords } from '../runText.js';
import { shortTime } from '../times.js';

const FILTERS = {
  status: {
    kind: 'text',
    value: 'names',
    help: 'failed, or some of PENDING, ENQUEUED, DELAYED, SUCCESS, ERROR, CANCELLED, …',
  },
  name: { kind: 'text', value: 'workflow', help: 'Only runs of this workflow.' },
  queue: { kind: 'text', value: 'queue', help: 'Only runs of this queue.' },
  agent: { kind: 'text', value: 'id', help: 'Only runs about this agent.' },
  diary: { kind: 'text', value: 'id', help: 'Only runs about this diary.' },
  entry: { kind: 'text', value: 'id', help: 'Only runs about this entry.' },
  error: { kind: 'text', value: 'text', help: 'Only runs whose error has this in it.' },
  cursor: { kind: 'text', value: 'cursor', help: 'Go on where a former list ended.' },
} as const;

export const opsList = defineCommand({
  name: 'ops list',
  summary: 'What is wrong: failed and stranded runs, grouped by their cause.',
  details: 'With any filter: the runs that it lets through, newest first.',
  as: 'operator',
  options: { ...FILTERS, limit: { kind: 'whole', value: 'n', help: 'How many runs, up to 100 (100).' } },
  examples: ['moltnet ops list', 'moltnet ops list --status PENDING --queue embedding'],
  async run({ client }, { options: { limit = 100, ...filters } }) {
    const chosen = given(filters);
    if (Object.keys(chosen).length === 0) return listTroubles(client, limit);
    return report(await client.ops.list({ ...chosen, limit }), ({ items, nextCursor }, page) => [
      ...(items.length === 0
        ? ['No runs.']
        : page.table(items, [
            { title: 'ID', of: ({ id }) => id },
            { title: 'CREATED', of: ({ createdAt }) => shortTime(createdAt) },
            { title: 'WORKFLOW', of: ({ name }) => name },
            { title: 'STATE', of: ({ status }) => statusWords(status, { ...page, style: (_, text) => text }) },
            { title: 'ERROR', of: ({ error }) => (error ? rootCause(error).text : ''), shrinks: true },
          ])),
      ...(nextCursor === null ? [] : ['', `More: --cursor ${nextCursor}`]),
    ]);
  },
});

async function listTroubles(client: Client, limit: number) {
  const [failed, stranded] = await Promise.all([client.ops.list({ status: 'failed', limit }), client.ops.stranded()]);
  const data = {
    groups: groupTroubles(failed.items, stranded.items),
    failed: failed.items,
    stranded: stranded.items satisfies Schemas['StrandedRun'][],
    more: failed.nextCursor !== null,
  };
  return report(data, troubleLines);
}
