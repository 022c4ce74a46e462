import type { Db } from '../database.js';
import { OURS, type Run, RUN_COLUMNS, type RunError, readError, readValue } from './runs.js';

const MAX_RELATED = 100;

export type RunStep = {
  number: number;
  name: string;
  /** What a database step answered; undefined for what is none. */
  outcome: 'applied' | 'already' | 'refused' | undefined;
  error: RunError | undefined;
  childId: string | null;
  startedAt: Date | null;
  completedAt: Date | null;
  /** Only with payloads. */
  output?: unknown;
};

export type RunDetails = Run & {
  error: RunError | undefined;
  /** False when the input was scrubbed: such a run can be neither retried nor forked. */
  hasInput: boolean;
  steps: RunStep[];
  children: Run[];
  forks: Run[];
  /** Only with payloads: they hold what agents wrote. */
  input?: unknown;
  output?: unknown;
};

const OUTCOMES = new Set<unknown>(['applied', 'already', 'refused']);

/** The outcome in a step's output: the value itself, or its field `outcome`; of a list, the one that most have. */
function findOutcome(output: unknown): RunStep['outcome'] {
  if (OUTCOMES.has(output)) return output as RunStep['outcome'];
  if (Array.isArray(output)) return findOutcome(mostFrequent(output.map(findOutcome)));
  if (typeof output === 'object' && output !== null && 'outcome' in output) return findOutcome(output.outcome);
  return undefined;
}

function mostFrequent<T>(values: T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

type StepRow = Omit<RunStep, 'outcome' | 'error' | 'output'> & { output: string | null; error: string | null };

async function listSteps(systemDb: Db, id: string, payloads: boolean): Promise<RunStep[]> {
  const { rows } = await systemDb.raw<{ rows: StepRow[] }>(
    `select function_id as number, function_name as name, output, error, child_workflow_id as "childId",
       to_timestamp(started_at_epoch_ms / 1000.0) as "startedAt",
       to_timestamp(completed_at_epoch_ms / 1000.0) as "completedAt"
     from dbos.operation_outputs where workflow_uuid = ? order by function_id`,
    [id],
  );
  return rows.map(({ output, error, ...step }) => {
    const value = readValue(output);
    return { ...step, outcome: findOutcome(value), error: readError(error), ...(payloads && { output: value }) };
  });
}

async function listRelated(systemDb: Db, column: 'parent_workflow_id' | 'forked_from', id: string): Promise<Run[]> {
  const { rows } = await systemDb.raw<{ rows: Run[] }>(
    `select ${RUN_COLUMNS} from dbos.workflow_status w where w.${column} = ? order by w.created_at limit ${MAX_RELATED}`,
    [id],
  );
  return rows;
}

/**
 * One run with its steps in order, what it started and what was forked from it; undefined if there is none. Takes the
 * system database. Inputs and outputs are what agents wrote: they come only with `payloads`.
 */
export async function findRun(
  systemDb: Db,
  id: string,
  { payloads = false }: { payloads?: boolean } = {},
): Promise<RunDetails | undefined> {
  type Row = Run & { storedInput: string | null; storedOutput: string | null; storedError: string | null };
  const { rows } = await systemDb.raw<{ rows: Row[] }>(
    `select ${RUN_COLUMNS}, i.inputs as "storedInput", o.output as "storedOutput", o.error as "storedError"
     from dbos.workflow_status w
     left join dbos.workflow_input i on i.workflow_uuid = w.workflow_uuid
     left join dbos.workflow_output o on o.workflow_uuid = w.workflow_uuid
     where w.workflow_uuid = ? and ${OURS}`,
    [id],
  );
  if (!rows[0]) return undefined;
  const { storedInput, storedOutput, storedError, ...run } = rows[0];
  const [steps, children, forks] = await Promise.all([
    listSteps(systemDb, id, payloads),
    listRelated(systemDb, 'parent_workflow_id', id),
    listRelated(systemDb, 'forked_from', id),
  ]);
  return {
    ...run,
    error: readError(storedError),
    hasInput: storedInput !== null,
    steps,
    children,
    forks,
    ...(payloads && { input: readValue(storedInput), output: readValue(storedOutput) }),
  };
}
