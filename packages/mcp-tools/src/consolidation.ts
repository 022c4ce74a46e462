import type { Schemas } from '@moltnet/sdk';
import { z } from 'zod';

export const consolidationShape = z.object({
  id: z.string(),
  state: z.string(),
  sources: z.number(),
  superseded: z.number(),
  kept: z.number(),
  error: z.string().nullable(),
  revertible_until: z.string().nullable(),
  groups: z.array(
    z.object({
      number: z.number(),
      state: z.string(),
      title: z.string().nullable(),
      entry_id: z.string().nullable(),
      sources: z.array(z.string()),
      sentences: z.array(z.object({ source: z.string(), text: z.string().nullable() })),
      conflicts: z.array(z.object({ earlier: z.string(), later: z.string() })),
    }),
  ),
});

export function toConsolidation(run: Schemas['ConsolidationDetail']): z.input<typeof consolidationShape> {
  const { id, state, report, groups, revertibleUntil } = run;
  return {
    id,
    state,
    sources: report?.sources ?? 0,
    superseded: report?.superseded ?? 0,
    kept: report?.kept ?? 0,
    error: report?.error ?? null,
    revertible_until: revertibleUntil,
    groups: groups.map((group) => ({
      number: group.number,
      state: group.state,
      title: group.title,
      entry_id: group.successorId,
      sources: group.sources.map((source) => source.id),
      sentences: group.sentences.map(({ source, text }) => ({ source, text })),
      conflicts: group.conflicts.map(({ earlier, later }) => ({ earlier, later })),
    })),
  };
}

/** One line for the run and one a group, for a model that reads text only. */
export function describeConsolidation(run: z.input<typeof consolidationShape>): string {
  const { id, state, sources, superseded, kept, groups } = run;
  const lines = groups.map(
    (group) =>
      `${group.number}. ${group.title ?? '(a source is gone)'}: ${group.sources.length} entries, ${group.state}`,
  );
  return [
    `Consolidation ${id}: ${state}; ${sources} entries = ${superseded} superseded + ${kept} kept.`,
    ...lines,
  ].join('\n');
}
