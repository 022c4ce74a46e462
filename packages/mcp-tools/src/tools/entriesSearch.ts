import { z } from 'zod';
import type { SearchAnswer } from '../api.js';
import { entryType, id, present, tags, timestamp } from '../arguments.js';
import { entryShape, toEntry } from '../shapes.js';
import { entryText } from '../text.js';
import { defineTool } from '../tool.js';

/** What a memory may take of a conversation unasked: about ten notes of ordinary length. */
const TOKEN_BUDGET = 2000;
/** As the API estimates; a single hit above the budget is cut by it. */
const CHARACTERS_PER_TOKEN = 4;

export const entriesSearch = defineTool({
  name: 'entries_search',
  title: 'Search entries',
  description:
    'Finds entries by words and meaning in your diaries and those shared with you, or in those that you name. "Quoted words" must occur, -words must not. Search before you answer from memory, and before you write.',
  effect: 'reads',
  input: z.strictObject({
    query: z.string().min(1),
    diary_ids: z.array(id).min(1).optional(),
    limit: z.int().min(1).max(100).default(10),
    token_budget: z.int().min(100).max(100_000).default(TOKEN_BUDGET),
    types: z.array(entryType).optional(),
    tags_all: tags.optional(),
    tags_any: tags.optional(),
    tags_none: tags.optional(),
    created_after: timestamp.optional(),
    created_before: timestamp.optional(),
    include_superseded: z.boolean().default(false),
  }),
  output: z.object({
    hits: z.array(entryShape.extend({ score: z.number() })),
    omitted: z.int().describe('Hits left out for token_budget'),
    semantic: z.boolean(),
    not_semantic_because: z.string().optional(),
  }),
  async run(api, args, options) {
    const filters = present({ all: args.tags_all, any: args.tags_any, none: args.tags_none });
    const optional = present({
      diaryIds: args.diary_ids,
      types: args.types,
      tags: Object.keys(filters).length > 0 ? filters : undefined,
      createdAfter: args.created_after,
      createdBefore: args.created_before,
    });
    const { query, limit, token_budget: tokenBudget, include_superseded: includeSuperseded } = args;
    const answer = await api.search({ ...optional, query, limit, tokenBudget, includeSuperseded }, options);
    return renderAnswer(answer, args.token_budget);
  },
});

/** Compact for the model; `data` says the same, and no more of an entry than a reader needs. */
export function renderAnswer(answer: SearchAnswer, tokenBudget: number) {
  const entries = answer.hits.map(({ entry }) => toEntry(entry, tokenBudget * CHARACTERS_PER_TOKEN));
  const because = whyNotSemantic(answer);
  const { omitted, semantic } = answer;
  const parts = [
    ...(entries.length === 0 ? ['Nothing found. Try other words, or fewer filters.'] : []),
    ...entries.map((entry, index) => `[${index + 1}] ${entryText(entry)}`),
    ...(omitted > 0 ? [`${omitted} more did not fit token_budget ${tokenBudget}: raise it, or narrow the query.`] : []),
    ...(because === undefined ? [] : [`Not searched by meaning: ${because} Other wordings may find more.`]),
  ];
  return {
    text: parts.join('\n\n'),
    data: {
      hits: entries.map((entry, index) => ({ ...entry, score: answer.hits[index]?.score ?? 0 })),
      omitted,
      semantic,
      ...(because !== undefined && { not_semantic_because: because }),
    },
  };
}

function whyNotSemantic({ semantic, vectors }: SearchAnswer): string | undefined {
  if (semantic) return undefined;
  return vectors.unavailable ?? `the model ${vectors.model ?? ''} knows words and spellings only.`;
}
