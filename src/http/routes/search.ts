import { z } from 'zod';
import type { Db } from '../../db/database.js';
import { listFollowedDiaryIds, listReadableDiaryIds } from '../../db/diaries/readDiaries.js';
import { searchEntries } from '../../db/search/searchEntries.js';
import type { SearchHit, SearchRequest as DbRequest, SearchResult } from '../../db/search/searchTypes.js';
import { MAX_QUERY_CHARACTERS, parseSearchQuery } from '../../rules/parseSearchQuery.js';
import type { EmbeddedQuery } from '../../runtime/queryEmbedding.js';
import { AppError } from '../../errors.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { text, timestamp, uuid } from '../schemas/common.js';
import { Entry, entryType, renderEntry, tag } from '../schemas/entry.js';
import type { Services } from '../services.js';

const tagList = z.array(tag).max(20).optional();

const SearchRequest = z
  .strictObject({
    query: text({ max: 100_000 }).meta({
      description: `Words or a question; "quoted phrases" must occur, -words must not. Beyond ${MAX_QUERY_CHARACTERS} characters the rest is ignored.`,
      examples: ['why did the deploy fail'],
    }),
    diaryIds: z.array(uuid).min(1).max(1_000).optional().meta({
      description:
        'When absent: your own, and those that you were granted. Others that you may read are searched by name only.',
    }),
    limit: z.number().int().min(1).max(100).default(10),
    mode: z.enum(['hybrid', 'words', 'vectors']).default('hybrid').meta({ description: 'Which channels rank.' }),
    types: z.array(entryType).max(4).optional(),
    tags: z.strictObject({ all: tagList, any: tagList, none: tagList }).optional(),
    authorIds: z.array(uuid).max(100).optional(),
    createdAfter: timestamp.optional(),
    createdBefore: timestamp.optional(),
    signed: z.boolean().optional().meta({ description: 'Only entries that their author has signed, or only others.' }),
    includeSuperseded: z.boolean().default(false),
    boosts: z
      .strictObject({ recency: z.boolean().default(true), importance: z.boolean().default(true) })
      .optional()
      .meta({ description: 'Bounded factors: they never lift an irrelevant entry over a relevant one.' }),
    tokenBudget: z.number().int().min(1).max(1_000_000).optional().meta({
      description: 'Cuts the answer to about this many tokens of text; the first hit is always given.',
    }),
    explain: z.boolean().default(false).meta({ description: 'Says of each hit why it ranks where it does.' }),
  })
  .meta({ id: 'SearchRequest' });

const ranked = (score: string) => z.object({ rank: z.number().int(), [score]: z.number() }).nullable();
const HitExplanation = z
  .object({
    lexical: ranked('score'),
    vector: ranked('similarity'),
    matched: z.object({ title: z.array(z.string()), tags: z.array(z.string()), content: z.array(z.string()) }),
    fused: z.number(),
    recencyBoost: z.number(),
    importanceBoost: z.number(),
  })
  .meta({ id: 'HitExplanation' });
const SearchExplanation = z.looseObject({}).meta({
  id: 'SearchExplanation',
  description: 'How the answer came about: lexemes with their weights, filters, candidates, the vector plan and why.',
});

const SearchAnswer = z
  .object({
    hits: z.array(
      z.object({ entry: Entry, score: z.number(), explain: HitExplanation.optional() }).meta({ id: 'SearchHit' }),
    ),
    tokens: z.number().int().meta({ description: "Estimated tokens of the hits' texts." }),
    omitted: z.number().int().meta({ description: 'Hits that did not fit the token budget.' }),
    semantic: z.boolean().meta({ description: 'Whether meaning was searched, and not only words and spellings.' }),
    vectors: z
      .object({ model: z.string().nullable(), unavailable: z.string().nullable() })
      .meta({ description: 'Which model ranked, or why none did.' }),
    explain: SearchExplanation.optional(),
  })
  .meta({ id: 'SearchAnswer' });

export function searchRoutes(services: Services): Route[] {
  return [search(services)];
}

function search(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/search',
    operationId: 'search',
    summary: 'Finds entries by words and by meaning',
    tags: ['search'],
    access: 'agent',
    limit: 'search',
    safe: true,
    body: SearchRequest,
    problems: ['NotFound'],
    responses: { 200: { description: 'The hits, best first.', schema: SearchAnswer } },
    handler: async ({ body, principal }) => {
      const embedded = await embedQuery(services, body);
      const diaryIds = (trx: Db) => listScope(trx, principal, body.diaryIds);
      const result = await searchEntries(services.db, { ...toDbRequest(body, embedded), diaryIds });
      return { status: 200, body: await renderResult(result, embedded) };
    },
  });
}

/** The diaries to search: by default those that the agent follows, by name all that it may read. */
async function listScope(db: Db, principal: Principal, asked: string[] | undefined): Promise<string[]> {
  if (!asked) return listFollowedDiaryIds(db, principal.agentId);
  const known = new Set(await listReadableDiaryIds(db, principal.agentId, asked));
  const missing = asked.find((id) => !known.has(id));
  if (missing !== undefined) throw new AppError('NotFound', `There is no diary ${missing} that you may read.`);
  return [...new Set(asked)];
}

async function embedQuery({ queryEmbedding }: Services, body: z.output<typeof SearchRequest>): Promise<EmbeddedQuery> {
  if (body.mode === 'words') return { vector: undefined, reason: 'Not asked for (mode "words").' };
  const words = parseSearchQuery(body.query).text;
  if (words.trim() === '') return { vector: undefined, reason: 'The query has no words.' };
  return queryEmbedding.embed(words);
}

function toDbRequest(body: z.output<typeof SearchRequest>, embedded: EmbeddedQuery): Omit<DbRequest, 'diaryIds'> {
  const { query, mode, tags, types, authorIds, createdAfter, createdBefore, signed, tokenBudget, boosts, ...rest } =
    body;
  const usesVectorsAlone = mode === 'vectors' && embedded.vector !== undefined;
  return {
    text: query,
    limit: rest.limit,
    includeSuperseded: rest.includeSuperseded,
    explain: rest.explain,
    filters: withoutAbsent({
      tags: tags && withoutAbsent(tags),
      types,
      authorIds,
      createdAfter: createdAfter ? new Date(createdAfter) : undefined,
      createdBefore: createdBefore ? new Date(createdBefore) : undefined,
      signed,
    }),
    ...(boosts && { boosts }),
    ...(tokenBudget !== undefined && { tokenBudget }),
    ...(embedded.vector && { queryVector: embedded.vector, modelId: embedded.modelId }),
    ...(usesVectorsAlone && { weights: { lexical: 0, vector: 1 } }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}

async function renderResult(result: SearchResult, embedded: EmbeddedQuery): Promise<z.input<typeof SearchAnswer>> {
  const vectors = embedded.vector
    ? { model: embedded.model, unavailable: null }
    : { model: null, unavailable: embedded.reason };
  return {
    hits: await Promise.all(result.hits.map(renderHit)),
    tokens: result.tokens,
    omitted: result.omitted,
    semantic: embedded.vector !== undefined && embedded.semantic,
    vectors,
    ...(result.explain && { explain: { ...result.explain } }),
  };
}

async function renderHit({ entry, score, explain }: SearchHit) {
  return { entry: await renderEntry(entry), score, ...(explain && { explain }) };
}
