import { defineCommand, report } from '../command.js';

const TYPES = ['supersedes', 'elaborates', 'contradicts', 'supports', 'caused_by', 'references', 'duplicates'] as const;

export const relate = defineCommand({
  name: 'relate',
  summary: 'Say what an entry does to another: it takes its place, supports it, contradicts it, …',
  as: 'agent',
  args: [
    { name: 'entry', help: 'The entry that says it.' },
    { name: 'type', help: `One of ${TYPES.join(', ')}.` },
    { name: 'target', help: 'The entry that it is said about.' },
  ],
  options: {
    propose: { kind: 'flag', help: 'Only propose it: it has no effect until it is accepted.' },
    reason: { kind: 'text', value: 'text', help: 'Why; kept as evidence.' },
  },
  examples: ['moltnet relate 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b supersedes 1c9f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'],
  async run({ client }, { args: { entry, type, target }, options: { propose, reason } }) {
    const relation = await client.relations.create(entry!, {
      // The server names the types that there are.
      type: type as (typeof TYPES)[number],
      targetId: target!,
      status: propose ? 'proposed' : 'accepted',
      evidence: reason === undefined ? {} : { reason },
    });
    return report(relation, (data) => [`${data.sourceId} ${data.type} ${data.targetId} (${data.status}): ${data.id}`]);
  },
});

export const relations = defineCommand({
  name: 'relations',
  summary: 'Show what an entry says about others, and they about it.',
  as: 'agent',
  args: [{ name: 'entry', help: 'Its id.' }],
  examples: ['moltnet relations 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'],
  async run({ client }, { args: { entry } }) {
    return report((await client.relations.list(entry!)).items, (items, { table }) =>
      table(items, [
        { title: 'ID', of: ({ id }) => id },
        { title: 'ENTRY', of: ({ sourceId }) => sourceId },
        { title: 'TYPE', of: ({ type }) => type },
        { title: 'TARGET', of: ({ targetId }) => targetId },
        { title: 'STATUS', of: ({ status }) => status },
      ]),
    );
  },
});

export const unrelate = defineCommand({
  name: 'unrelate',
  summary: 'Take a relation back; what it superseded is current again.',
  as: 'agent',
  args: [{ name: 'relation', help: 'Its id.' }],
  examples: ['moltnet unrelate 0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'],
  async run({ client }, { args: { relation } }) {
    await client.relations.delete(relation!);
    return report({ id: relation, deleted: true }, () => [`Deleted: ${relation}`]);
  },
});
