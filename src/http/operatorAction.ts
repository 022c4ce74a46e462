import { randomUUID } from 'node:crypto';
import type { Db } from '../db/database.js';
import { beginOperatorAction, endOperatorAction, type OperatorAction } from '../db/operatorActions.js';
import { failureMessage } from '../errors.js';
import type { Principal } from './principal.js';

/** Does what an operator asked for, on record: who, what, why and what it was before; then what came of it. */
export async function recorded<T>(
  db: Db,
  { principal, ...action }: Omit<OperatorAction, 'id' | 'actorId'> & { principal: Principal },
  act: () => Promise<T>,
): Promise<T> {
  const id = randomUUID();
  await beginOperatorAction(db, { id, actorId: principal.agentId, ...action });
  try {
    const result = await act();
    await endOperatorAction(db, id, { done: true });
    return result;
  } catch (error) {
    await endOperatorAction(db, id, { done: false, because: failureMessage(error) });
    throw error;
  }
}
