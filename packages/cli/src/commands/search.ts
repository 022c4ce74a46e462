import type { Schemas } from '@moltnet/sdk';
import { defineCommand, report } from '../command.js';
import { findDiaryId } from '../diaries.js';
import { TYPES } from '../entryOptions.js';
import { headline } from '../entryText.js';
import { cutTo, type Page } from '../page.js';
import { shortTime } from '../times.js';

export const search = defineCommand({
  name: 'search',
  summary: 'Find entries by words and by meaning.',
  details: '"Quoted phrases" must occur, -words must not (write `--` before a query that begins with one).',
  as: 'agent',
  args: [{ name: 'query', help: 'Words or a question.', rest: true }],
  options: {
    limit: { kind: 'whole', value: 'n', help: 'How many hits, up to 100 (10).' },
    diary: { kind: 'text', value: 'id|name', help: 'Only this diary; all that you may read, if not given.' },
    tags: { kind: 'list', value: 'tag,…', help: 'Only entries that have all of them.' },
    type: { kind: 'choice', of: TYPES, help: 'Only entries of this type.' },
    explain: { kind: 'flag', help: 'Say of each hit why it ranks where it does.' },
  },
  examples: ['moltnet search "why did the deploy fail?" --limit 3 --explain'],
  async run({ client }, { args: { query }, options: { limit = 10, diary, tags, type, explain } }) {
    const diaryId = diary === undefined ? undefined : await findDiaryId(client, diary);
    const answer = await client.search({
      query: query!,
      limit,
      explain,
      ...(diaryId !== undefined && { diaryIds: [diaryId] }),
      ...(tags && { tags: { all: tags } }),
      ...(type && { types: [type] }),
    });
    return report(answer, answerLines);
  },
});

function answerLines({ hits, semantic, omitted, vectors }: Schemas['SearchAnswer'], page: Page): string[] {
  const notes = [
    ...(hits.length === 0 ? ['Nothing was found.'] : []),
    ...(omitted > 0 ? [`${omitted} more did not fit.`] : []),
    ...(semantic
      ? []
      : [`Searched by words and spelling${vectors.unavailable ? ` (${vectors.unavailable})` : ''}; not by meaning.`]),
  ];
  return [...hits.flatMap((hit, at) => hitLines(hit, at + 1, page)), ...notes.map((note) => page.style('dim', note))];
}

function hitLines({ entry, score, explain }: Schemas['SearchHit'], rank: number, page: Page): string[] {
  const text = entry.title === '' ? [] : [cutTo(entry.content.replaceAll(/\s+/g, ' '), 100)];
  return [
    `${rank}. ${page.style('bold', headline(entry))}`,
    ...text.map((line) => `   ${line}`),
    page.style('dim', `   ${[entry.id, shortTime(entry.createdAt), ...entry.tags.map((tag) => `#${tag}`)].join('  ')}`),
    ...(explain ? [`   ${score.toFixed(3)}: ${explainHit(explain)}`] : []),
  ];
}

function explainHit({ lexical, vector, matched, recencyBoost, importanceBoost }: Schemas['HitExplanation']): string {
  const words = [...new Set([...matched.title, ...matched.tags, ...matched.content])];
  return [
    lexical ? `words rank ${lexical.rank}${words.length > 0 ? ` (${words.join(', ')})` : ''}` : 'no words in common',
    vector ? `vector rank ${vector.rank} (similarity ${vector.similarity.toFixed(2)})` : 'no vector',
    `recency x${recencyBoost.toFixed(2)}`,
    `importance x${importanceBoost.toFixed(2)}`,
  ].join(', ');
}
