import { setImmediate as nextTurn } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { entrySigningInput, generateSalt, supersessionHash } from '@moltnet/protocol';
import {
  addRunEvent,
  endRun,
  findConsolidationRun,
  insertGroups,
  insertRun,
  listGroups,
  type ConsolidationGroupRow,
  type ConsolidationRunRow,
} from '../db/consolidation/runs.js';
import { loadSources, selectInputs, type StoredSource } from '../db/consolidation/selectSources.js';
import { mayConsolidate } from '../db/consolidation/mayConsolidate.js';
import { storeSuccessors, type Successor } from '../db/consolidation/successors.js';
import type { Db } from '../db/database.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { groupSources, type Grouping } from '../rules/consolidation/groupSources.js';
import {
  runHash,
  supersessionId,
  type ConsolidationReport,
  type ConsolidationRequest,
} from '../rules/consolidation/run.js';
import { summariseGroup, type Summary } from '../rules/consolidation/summariseGroup.js';
import { digestEntry } from '../rules/entryDigest.js';
import type { RefusalReason } from '../rules/newEntry.js';

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

export type Selection =
  { outcome: 'applied' | 'already'; sources: number } | { outcome: 'refused'; reason: RefusalReason; message: string };

/** Begins the run with what it will read. Run twice, the second answers what the first selected. */
export function selectSources(request: ConsolidationRequest): Promise<Selection> {
  return DBOS.runStep(() => ports().db.transaction((trx) => select(trx, request)), { name: 'selectSources', ...RETRY });
}

async function select(trx: Db, request: ConsolidationRequest): Promise<Selection> {
  const { runId, diaryId, requestedBy, limits } = request;
  const known = await findConsolidationRun(trx, runId);
  if (known) return { outcome: 'already', sources: known.inputs.length };
  if (!(await mayConsolidate(trx, diaryId, requestedBy))) {
    return { outcome: 'refused', reason: 'Forbidden', message: `The diary ${diaryId} is not yours to consolidate.` };
  }
  const inputs = await selectInputs(trx, diaryId, limits);
  if (await insertRun(trx, request, { inputs, model: ports().modelId() })) {
    return { outcome: 'applied', sources: inputs.length };
  }
  return {
    outcome: 'refused',
    reason: 'Conflict',
    message: `Another consolidation of the diary ${diaryId} is going on.`,
  };
}

/**
 * Groups what the run selected and is unchanged since, and keeps the groups with their reasons. Lets others through while
 * it computes. Run twice, the second computes again and changes nothing.
 */
export function groupSelected(runId: string): Promise<{ groups: number }> {
  return DBOS.runStep(
    async () => {
      const { db } = ports();
      const run = await mustFindRun(db, runId);
      const known = await listGroups(db, runId);
      if (known.length > 0) return { groups: known.length };
      const sources = await loadSources(db, idsOf(run), { modelId: run.parameters.model });
      const { groups } = await computeGroups(run, sources);
      await insertGroups(db, runId, groups);
      return { groups: groups.length };
    },
    { name: 'groupSelected', ...RETRY },
  );
}

async function computeGroups(run: ConsolidationRunRow, sources: StoredSource[]): Promise<Grouping> {
  const work = groupSources(keepUnchanged(run, sources), run.parameters);
  for (;;) {
    const turn = work.next();
    if (turn.done) return turn.value;
    await nextTurn();
  }
}

/**
 * Stores the successors and supersedes their sources in one transaction, or reports what it would do where the run is dry.
 * A group whose sources changed since they were selected is dropped with a reason; the others are applied. Run twice, the
 * second answers the first's report.
 */
export function applyGroups(request: ConsolidationRequest): Promise<ConsolidationReport> {
  return DBOS.runStep(() => ports().db.transaction((trx) => apply(trx, request)), { name: 'applyGroups', ...RETRY });
}

async function apply(trx: Db, request: ConsolidationRequest): Promise<ConsolidationReport> {
  const run = await mustFindRun(trx, request.runId, { lock: true });
  if (run.report && run.state !== 'failed') return run.report;
  const sources = await loadSources(trx, idsOf(run), { modelId: run.parameters.model, lock: true });
  const byId = new Map(keepUnchanged(run, sources).map((source) => [source.id, source]));
  const groups = await listGroups(trx, run.id);
  const whole = groups.filter((group) => group.sources.every((id) => byId.has(id)));
  const successors: Successor[] = [];
  for (const group of groups) {
    const members = group.sources.flatMap((id) => byId.get(id) ?? []);
    const summary = whole.includes(group) ? summariseGroup(members) : undefined;
    if (summary && !run.dryRun) successors.push(makeSuccessor(request, { group, members, summary }));
    await markGroup(trx, run, { group, summary });
  }
  const superseded = await storeSuccessors(trx, run.id, successors);
  const report = {
    sources: run.inputs.length,
    superseded,
    kept: run.inputs.length - superseded,
    groups: groups.length,
    dropped: groups.length - whole.length,
    error: null,
  };
  await endRun(trx, run.id, { state: run.dryRun ? 'previewed' : 'applied', report });
  if (!run.dryRun) {
    const hash = runHash(
      run.id,
      'applied',
      successors.map(({ contentHash }) => contentHash),
    );
    await addRunEvent(trx, { kind: 'run.applied', run, actorId: ports().consolidator.agentId, hash });
  }
  return report;
}

async function markGroup(
  trx: Db,
  run: ConsolidationRunRow,
  { group, summary }: { group: ConsolidationGroupRow; summary: Summary | undefined },
): Promise<void> {
  await trx('consolidation_groups')
    .where({ run_id: run.id, number: group.number })
    .update(
      summary
        ? {
            ...(!run.dryRun && { state: 'applied' }),
            sentences: JSON.stringify(summary.sentences.map(({ source, start, end }) => [source, start, end])),
          }
        : { state: 'dropped', reason: 'a source was edited, superseded or deleted while the run worked' },
    );
}

function makeSuccessor(
  { diaryId, at }: ConsolidationRequest,
  { group, members, summary }: { group: ConsolidationGroupRow; members: StoredSource[]; summary: Summary },
): Successor {
  const { consolidator } = ports();
  const { title, content, tags, importance } = summary;
  const entry = {
    id: group.successorId,
    diaryId,
    authorId: consolidator.agentId,
    authorKeyId: consolidator.keyId,
    type: 'semantic' as const,
    title,
    content,
    tags,
    importance,
    salt: generateSalt(),
    createdAt: at,
  };
  const digest = digestEntry(entry, at);
  return {
    ...entry,
    ...digest,
    signature: consolidator.sign(entrySigningInput(digest.contentHash)),
    sources: members.map((source) => source.id),
    sourceHashes: members.map((source) => {
      const successor = { successorId: entry.id, successorHash: digest.contentHash };
      return supersessionHash({ entryId: source.id, contentHash: source.contentHash, ...successor });
    }),
    relationIds: members.map((source) => supersessionId(entry.id, source.id)),
    group: group.number,
  };
}

/** Ends a run that could not be finished, so that it is seen why, and that every source is as it was. */
export function failRun(runId: string, error: string): Promise<ConsolidationReport> {
  return DBOS.runStep(
    () =>
      ports().db.transaction(async (trx) => {
        const run = await mustFindRun(trx, runId, { lock: true });
        const sources = run.inputs.length;
        if (run.report) return run.report;
        const report = { sources, superseded: 0, kept: sources, groups: 0, dropped: 0, error };
        await endRun(trx, runId, { state: 'failed', report });
        return report;
      }),
    { name: 'failRun', ...RETRY },
  );
}

async function mustFindRun(db: Db, id: string, options: { lock?: boolean } = {}): Promise<ConsolidationRunRow> {
  const run = await findConsolidationRun(db, id, options);
  if (!run) throw new Error(`The consolidation run ${id} has no row: it was never selected, or its diary is gone.`);
  return run;
}

const idsOf = (run: ConsolidationRunRow): string[] => run.inputs.map(({ id }) => id);

function keepUnchanged({ inputs }: ConsolidationRunRow, sources: StoredSource[]): StoredSource[] {
  const seen = new Map(inputs.map(({ id, contentHash }) => [id, contentHash]));
  return sources.filter(({ id, contentHash, supersededBy }) => seen.get(id) === contentHash && supersededBy === null);
}
