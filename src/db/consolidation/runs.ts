import {
  ALGORITHMS,
  REVERTIBLE_DAYS,
  successorId,
  type ConsolidationReport,
  type ConsolidationRequest,
} from '../../rules/consolidation/run.js';
import type { SourceGroup } from '../../rules/consolidation/groupSources.js';
import type { Db } from '../database.js';
import type { RunInput } from './selectSources.js';

export type RunState = 'running' | 'previewed' | 'applied' | 'failed' | 'reverted';

export interface ConsolidationRunRow {
  id: string;
  diaryId: string;
  requestedBy: string | null;
  dryRun: boolean;
  state: RunState;
  parameters: ConsolidationRequest['limits'] & typeof ALGORITHMS & { model: number };
  inputs: RunInput[];
  report: ConsolidationReport | null;
  startedAt: Date;
  finishedAt: Date | null;
  revertedAt: Date | null;
  revertibleUntil: Date | null;
}

const COLUMNS = `id, diary_id as "diaryId", requested_by as "requestedBy", dry_run as "dryRun", state, parameters, inputs,
  report, started_at as "startedAt", finished_at as "finishedAt", reverted_at as "revertedAt",
  revertible_until as "revertibleUntil"`;

/** Begins a run with what it will read; false where another is active in the diary. Run twice, the first's row stays. */
export async function insertRun(
  trx: Db,
  { runId, diaryId, requestedBy, dryRun, limits }: ConsolidationRequest,
  { inputs, model }: { inputs: RunInput[]; model: number },
): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into consolidation_runs (id, diary_id, requested_by, dry_run, parameters, inputs)
     values (:runId, :diaryId, :requestedBy, :dryRun, :parameters, :inputs)
     on conflict do nothing returning id`,
    {
      runId,
      diaryId,
      requestedBy,
      dryRun,
      parameters: JSON.stringify({ ...limits, ...ALGORITHMS, model }),
      inputs: JSON.stringify(inputs),
    },
  );
  return rows.length > 0;
}

export async function findConsolidationRun(
  db: Db,
  id: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<ConsolidationRunRow | undefined> {
  const { rows } = await db.raw<{ rows: ConsolidationRunRow[] }>(
    `select ${COLUMNS} from consolidation_runs where id = ? ${lock ? 'for update' : ''}`,
    [id],
  );
  return rows[0];
}

/** A diary's runs, the newest first. */
export async function listConsolidationRuns(
  db: Db,
  diaryId: string,
  { before, limit }: { before?: { startedAt: string; id: string } | undefined; limit: number },
): Promise<ConsolidationRunRow[]> {
  const { rows } = await db.raw<{ rows: ConsolidationRunRow[] }>(
    `select ${COLUMNS} from consolidation_runs
     where diary_id = :diaryId ${before ? 'and (started_at, id) < (cast(:startedAt as timestamptz), cast(:id as uuid))' : ''}
     order by started_at desc, id desc limit :limit`,
    { diaryId, limit, ...before },
  );
  return rows;
}

export interface ConsolidationGroupRow extends SourceGroup {
  number: number;
  /** Spans of the successor's sentences in their sources; null until it is written. */
  sentences: [source: string, start: number, end: number][] | null;
  successorId: string;
  state: 'proposed' | 'applied' | 'dropped' | 'reverted';
  reason: string | null;
}

/** Keeps what grouping found; what the run has kept before stays. */
export async function insertGroups(trx: Db, runId: string, groups: SourceGroup[]): Promise<void> {
  if (groups.length === 0) return;
  await trx('consolidation_groups')
    .insert(
      groups.map(({ sources, medoid, cohesion, separation, links, conflicts }, i) => ({
        run_id: runId,
        number: i + 1,
        sources,
        medoid,
        cohesion,
        separation,
        links: JSON.stringify(links),
        conflicts: JSON.stringify(conflicts),
        successor_id: successorId(runId, i + 1),
      })),
    )
    .onConflict()
    .ignore();
}

export async function listGroups(db: Db, runId: string): Promise<ConsolidationGroupRow[]> {
  return db('consolidation_groups').where('run_id', runId).orderBy('number').select({
    number: 'number',
    sources: 'sources',
    medoid: 'medoid',
    cohesion: 'cohesion',
    separation: 'separation',
    links: 'links',
    conflicts: 'conflicts',
    sentences: 'sentences',
    successorId: 'successor_id',
    state: 'state',
    reason: 'reason',
  });
}

/** Ends a run with its report; one that was applied or reverted stays as it is, one that failed may be finished. */
export async function endRun(
  trx: Db,
  runId: string,
  { state, report }: { state: Exclude<RunState, 'running' | 'reverted'>; report: ConsolidationReport },
): Promise<void> {
  await trx('consolidation_runs')
    .where('id', runId)
    .whereIn('state', ['running', 'failed'])
    .update({
      state,
      report: JSON.stringify(report),
      finished_at: trx.fn.now(),
      ...(state === 'applied' && { revertible_until: trx.raw(`now() + make_interval(days => ${REVERTIBLE_DAYS})`) }),
    });
}

/** The event of a run, in the transaction of what it reports. */
export async function addRunEvent(
  trx: Db,
  event: { kind: 'run.applied' | 'run.reverted'; run: ConsolidationRunRow; actorId: string; hash: string },
): Promise<void> {
  const { kind, run, actorId, hash } = event;
  await trx('outbox').insert({
    kind,
    agent_id: actorId,
    diary_id: run.diaryId,
    subject_id: run.id,
    subject_hash: hash,
  });
}
