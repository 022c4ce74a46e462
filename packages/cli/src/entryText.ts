import type { Schemas } from '@moltnet/sdk';
import { cutTo, type Column, type Page } from './page.js';
import { shortTime } from './times.js';

type Entry = Schemas['Entry'];

/** One line for an entry: its title, or else how it begins. */
export const headline = ({ title, content }: Pick<Entry, 'title' | 'content'>): string =>
  title === '' ? cutTo(content.replaceAll(/\s+/g, ' ').trim(), 80) : title;

export const ENTRY_COLUMNS: Column<Entry>[] = [
  { title: 'ID', of: ({ id }) => id },
  { title: 'CREATED', of: ({ createdAt }) => shortTime(createdAt) },
  { title: 'ENTRY', of: headline, shrinks: true },
  { title: 'TAGS', of: ({ tags }) => tags.join(', '), shrinks: true },
];

const EMBEDDING = { embedded: 'embedded', pending: 'not embedded yet', failed: 'embedding failed' };

/** An entry as it is read: what it says, and what is known of it. */
export function entryLines(entry: Entry, page: Page): string[] {
  const { title, content, embedding, duplicateOf, verdict, supersededBy } = entry;
  const facts: [string, string][] = [
    ['id', entry.id],
    ['diary', entry.diaryId],
    ['author', entry.author.fingerprint],
    ['type', `${entry.type}, importance ${entry.importance}`],
    ['tags', entry.tags.join(', ')],
    ['written', shortTime(entry.createdAt)],
    ['version', entry.version === 1 ? '1' : `${entry.version}, of ${shortTime(entry.revisedAt)}`],
    ['signed', signatureText(entry)],
    ['duplicate', duplicateOf === null ? '' : describeVerdict({ verdict, duplicateOf })],
    ['replaced', supersededBy === null ? '' : `by ${supersededBy}`],
    ['search', EMBEDDING[embedding.state] + (embedding.error === null ? '' : `: ${embedding.error}`)],
    ['workflow', entry.workflowId],
  ];
  return [
    ...(title === '' ? [] : [page.style('bold', title), '']),
    ...content.split('\n'),
    '',
    ...facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${page.style('dim', name.padEnd(9))}  ${value}`),
  ];
}

function signatureText({ signedBy, verified }: Entry): string {
  if (signedBy === null) return '';
  const about = `${shortTime(signedBy.signedAt)} by key ${signedBy.keyId.slice(0, 16)}`;
  return verified ? `${about}, verified` : `${about}, but NOT as it is here: it was changed behind its author's back`;
}

export function describeVerdict({ verdict, duplicateOf }: Pick<Entry, 'verdict' | 'duplicateOf'>): string {
  if (duplicateOf === null || verdict === 'new') return 'new';
  return verdict === 'exact_duplicate' ? `the same text as ${duplicateOf}` : `nearly the text of ${duplicateOf}`;
}
