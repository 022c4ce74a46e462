import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Run } from '../db/workflows/runs.js';
import { AppError } from '../errors.js';

const ENDED: Run['status'][] = ['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'];

/** Stops a run and its descendants before their next step. Throws Conflict for one that has ended. */
export async function cancelWorkflow(run: Pick<Run, 'id' | 'status'>): Promise<void> {
  if (ENDED.includes(run.status)) throw new AppError('Conflict', `Run ${run.id} has ended already (${run.status}).`);
  await DBOS.cancelWorkflow(run.id, { cancelChildren: true });
}
