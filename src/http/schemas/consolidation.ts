import { z } from 'zod';
import type { ConsolidationGroupRow, ConsolidationRunRow } from '../../db/consolidation/runs.js';
import type { StoredSource } from '../../db/consolidation/selectSources.js';
import { DEFAULT_LIMITS } from '../../rules/consolidation/run.js';
import { summariseGroup } from '../../rules/consolidation/summariseGroup.js';
import { text, timestamp, uuid } from './common.js';

const tag = text({ min: 1, max: 128 });

export const NewConsolidation = z
  .strictObject({
    dryRun: z.boolean().default(false).meta({ description: 'Only says what it would do, and changes nothing.' }),
    window: z.number().int().min(1).max(2_000).default(DEFAULT_LIMITS.window).meta({
      description: 'How many of the newest episodic entries are looked at.',
    }),
    minSize: z.number().int().min(2).max(25).default(DEFAULT_LIMITS.minSize),
    maxSize: z.number().int().min(2).max(100).default(DEFAULT_LIMITS.maxSize),
    pinnedTags: z.array(tag).max(20).default(DEFAULT_LIMITS.pinnedTags).meta({
      description: 'Entries that carry one of these stay as they are.',
    }),
  })
  .refine(({ minSize, maxSize }) => minSize <= maxSize, { path: ['maxSize'], message: 'must not be below minSize' })
  .meta({ id: 'NewConsolidation', examples: [{ dryRun: true }] });

const report = z
  .object({
    sources: z.number().int(),
    superseded: z.number().int(),
    kept: z.number().int(),
    groups: z.number().int(),
    dropped: z.number().int().meta({ description: 'Groups of which a source changed while the run worked.' }),
    error: z.string().nullable(),
  })
  .meta({ id: 'ConsolidationReport', description: 'sources = superseded + kept.' });

export const Consolidation = z
  .object({
    id: uuid,
    diaryId: uuid,
    requestedBy: uuid.nullable().meta({ description: 'Null: the clock.' }),
    dryRun: z.boolean(),
    state: z.enum(['running', 'previewed', 'applied', 'failed', 'reverted']),
    parameters: z.object({
      window: z.number().int(),
      minSize: z.number().int(),
      maxSize: z.number().int(),
      pinnedTags: z.array(z.string()),
      grouping: z.string(),
      summary: z.string(),
      splitter: z.string(),
    }),
    report: report.nullable(),
    startedAt: timestamp,
    finishedAt: timestamp.nullable(),
    revertedAt: timestamp.nullable(),
    revertibleUntil: timestamp.nullable(),
  })
  .meta({ id: 'Consolidation', description: 'A run that let semantic entries take the place of episodic ones.' });

const affinity = z.number().meta({ description: 'From 0 to 1.' });

const sentence = z.object({
  source: uuid,
  start: z.number().int(),
  end: z.number().int(),
  text: z.string().nullable().meta({ description: 'Null once the source is deleted.' }),
});

const ConsolidationGroup = z
  .object({
    number: z.number().int(),
    state: z.enum(['proposed', 'applied', 'dropped', 'reverted']),
    reason: z.string().nullable(),
    sources: z.array(z.object({ id: uuid, contentHash: z.string() })),
    successorId: uuid.nullable().meta({ description: 'The semantic entry; null where none was written.' }),
    title: z.string().nullable().meta({ description: 'Null where a source is deleted or has changed.' }),
    sentences: z.array(sentence).meta({ description: 'What it says, each to the letter from one source.' }),
    medoid: uuid,
    cohesion: affinity,
    separation: affinity,
    links: z
      .array(z.object({ a: uuid, b: uuid, weight: affinity, overlap: affinity, closeness: affinity }))
      .meta({ description: 'Why they belong together.' }),
    conflicts: z
      .array(z.object({ earlier: uuid, later: uuid, agreeing: z.number().int() }))
      .meta({ description: 'Sources that say nearly the same, and differ in a number, a negation or an identifier.' }),
  })
  .meta({ id: 'ConsolidationGroup' });

export const ConsolidationDetail = Consolidation.extend({ groups: z.array(ConsolidationGroup) }).meta({
  id: 'ConsolidationDetail',
  description: 'A run with its groups, and the text that follows from their sources.',
});

export function renderConsolidation(run: ConsolidationRunRow): z.input<typeof Consolidation> {
  const { id, diaryId, requestedBy, dryRun, state, report: made } = run;
  const { window, minSize, maxSize, pinnedTags, grouping, summary, splitter } = run.parameters;
  return {
    id,
    diaryId,
    requestedBy,
    dryRun,
    state,
    parameters: { window, minSize, maxSize, pinnedTags, grouping, summary, splitter },
    report: made,
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    revertedAt: run.revertedAt?.toISOString() ?? null,
    revertibleUntil: run.revertibleUntil?.toISOString() ?? null,
  };
}

/** The text is not stored with the run: it is cut out of the sources as they are now, where they are what was read. */
export function renderConsolidationDetail(
  run: ConsolidationRunRow,
  { groups, sources }: { groups: ConsolidationGroupRow[]; sources: StoredSource[] },
): z.input<typeof ConsolidationDetail> {
  const hashes = new Map(run.inputs.map((input) => [input.id, input.contentHash]));
  const unchanged = new Map(
    sources.filter(({ id, contentHash }) => hashes.get(id) === contentHash).map((source) => [source.id, source]),
  );
  return { ...renderConsolidation(run), groups: groups.map((group) => renderGroup(group, { hashes, unchanged })) };
}

function renderGroup(
  group: ConsolidationGroupRow,
  { hashes, unchanged }: { hashes: Map<string, string>; unchanged: Map<string, StoredSource> },
): z.input<typeof ConsolidationGroup> {
  const { number, state, reason, medoid, cohesion, separation, links, conflicts, successorId } = group;
  const members = group.sources.flatMap((id) => unchanged.get(id) ?? []);
  return {
    number,
    state,
    reason,
    sources: group.sources.map((id) => ({ id, contentHash: hashes.get(id) ?? '' })),
    successorId: state === 'applied' || state === 'reverted' ? successorId : null,
    title: members.length === group.sources.length ? summariseGroup(members).title : null,
    sentences: (group.sentences ?? []).map(([source, start, end]) => {
      return { source, start, end, text: unchanged.get(source)?.content.slice(start, end) ?? null };
    }),
    medoid,
    cohesion,
    separation,
    links,
    conflicts,
  };
}
