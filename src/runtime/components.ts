import type { Db } from '../db/database.js';
import { findActiveModel } from '../db/embeddings/models.js';
import { countTasks } from '../db/embeddings/tasks.js';
import { listLiveExecutors } from '../db/executors.js';
import { findLogHealth } from '../db/log/checkpoints.js';
import { readVersions } from '../db/readHealth.js';
import { readMirrorState } from '../db/tuples/mirrorState.js';
import { findStrandedRuns } from '../db/workflows/findStrandedRuns.js';
import type { Embedder } from '../ports/embedder.js';
import type { Identity } from '../ports/identity.js';
import { listWorkflowNames } from './dbos.js';

/** degraded: the service does its work, with less to offer; down: without this it cannot do its work. */
export interface Health {
  status: 'ok' | 'degraded' | 'down';
  /** What is wrong, in words for anyone: the answer is public. */
  error?: string;
  details?: Record<string, unknown>;
}

/** Something that the server needs. What `check` throws counts as down. */
export interface Component {
  name: string;
  check(): Promise<Health>;
}

export interface ComponentParts {
  db: Db;
  systemDb: Db;
  executorId: string;
  embedder: Pick<Embedder, 'model' | 'status'>;
  identity: Pick<Identity, 'checkHealth'>;
  /** What operators must know of an embedded database; undefined on a real Postgres. */
  databaseLimits: string | undefined;
}

/** Counting on would tell nobody more. */
const MAX_STRANDED = 100;
const MAX_BEHIND = 1_000;

/** What the server needs, each with how it is asked how it does. Facts for anyone: no address, no content. */
export function listComponents(parts: ComponentParts): Component[] {
  return [
    { name: 'database', check: () => checkDatabase(parts) },
    { name: 'workflows', check: () => checkWorkflows(parts) },
    { name: 'embedding', check: () => checkEmbedding(parts) },
    { name: 'identity', check: () => checkIdentity(parts) },
    { name: 'log', check: () => checkLog(parts) },
    { name: 'tuples', check: () => checkTuples(parts) },
  ];
}

async function checkDatabase({ db, databaseLimits }: ComponentParts): Promise<Health> {
  const versions = await readVersions(db);
  if (versions.pgvector === null) return { status: 'down', error: 'The extension pgvector is not there any more.' };
  return {
    status: 'ok',
    details: { ...versions, embedded: databaseLimits !== undefined, ...(databaseLimits && { note: databaseLimits }) },
  };
}

async function checkWorkflows({ db, systemDb, executorId }: ComponentParts): Promise<Health> {
  const executors = await listLiveExecutors(db);
  const stranded = await findStrandedRuns(systemDb, { executors, names: listWorkflowNames(), limit: MAX_STRANDED });
  const details = { executors: executors.length, stranded: stranded.length };
  if (!executors.some(({ id }) => id === executorId)) {
    return { status: 'down', error: "This executor's lease has run out: others may take its work.", details };
  }
  if (stranded.length === 0) return { status: 'ok', details };
  const count = stranded.length === MAX_STRANDED ? `${MAX_STRANDED} or more` : stranded.length;
  return { status: 'degraded', error: `${count} runs stand still: GET /ops/workflows/stranded says why.`, details };
}

async function checkEmbedding({ db, embedder }: ComponentParts): Promise<Health> {
  const [active, backlog] = await Promise.all([findActiveModel(db), countTasks(db)]);
  const { state } = embedder.status();
  const details = {
    state,
    model: embedder.model?.name ?? null,
    active: active?.name ?? null,
    semantic: active?.semantic ?? false,
    pending: backlog.pending,
    failed: backlog.failed,
    oldestPendingSeconds: backlog.oldestPendingSeconds,
  };
  if (state === 'failed' || state === 'absent' || state === 'stopped') {
    return {
      status: 'degraded',
      error: `The model is ${state}: entries wait, search goes by words; the log says why.`,
      details,
    };
  }
  if (backlog.failed > 0) {
    return {
      status: 'degraded',
      error: `${backlog.failed} entries could not be embedded; tried again later.`,
      details,
    };
  }
  return { status: 'ok', details };
}

async function checkIdentity({ identity }: ComponentParts): Promise<Health> {
  await identity.checkHealth();
  return { status: 'ok' };
}

/** Twenty times what a checkpoint waits at most. */
const LOG_LATE_SECONDS = 60;

async function checkLog({ db }: ComponentParts): Promise<Health> {
  const { size, signed, waitingSeconds, refusal } = await findLogHealth(db);
  const details = { size, signed };
  if (refusal !== null) {
    return { status: 'degraded', error: `The log does not sign: ${refusal}. docs/log.md says what to do.`, details };
  }
  if (waitingSeconds > LOG_LATE_SECONDS) {
    return { status: 'degraded', error: `The log has not been signed for ${waitingSeconds} s.`, details };
  }
  return { status: 'ok', details };
}

/** Access is decided here; this is about what the identity service tells others. */
async function checkTuples({ db }: ComponentParts): Promise<Health> {
  const { failingSince, comparisonError, lastError: _, ...details } = await readMirrorState(db, MAX_BEHIND);
  if (failingSince) {
    const since = failingSince.toISOString();
    const error = `Changes of access wait for the identity service since ${since}; the runs of syncTuples say why.`;
    return { status: 'degraded', error, details };
  }
  if (comparisonError !== null) {
    return { status: 'degraded', error: 'The last comparison of tuples with the identity service failed.', details };
  }
  return { status: 'ok', details };
}
