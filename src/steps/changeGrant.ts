import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Db } from '../db/database.js';
import { lockGrantSituation, storeGrantChange } from '../db/diaries/changeGrants.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { refused, type ChangeOutcome } from '../rules/changes.js';
import { grantHash, judgeGrantChange, type GrantChange } from '../rules/grants.js';

/** Changes what an agent may do in a diary. One transaction keyed by the change's id: run twice, the second answers `already`. */
export function changeGrant(change: GrantChange): Promise<ChangeOutcome> {
  return DBOS.runStep(() => ports().db.transaction((trx) => apply(trx, change)), {
    name: 'changeGrant',
    retriesAllowed: true,
    maxAttempts: 5,
    intervalSeconds: 0.2,
    shouldRetry: isRetryable,
  });
}

async function apply(trx: Db, change: GrantChange): Promise<ChangeOutcome> {
  const situation = await lockGrantSituation(trx, change);
  if (!situation) return refused('NotFound', `There is no diary ${change.diaryId} that you may read.`);
  const outcome = judgeGrantChange(change, situation);
  if (outcome) return outcome;
  const version = situation.version + 1;
  const hadAccess = situation.role !== null;
  await storeGrantChange(trx, change, { version, hadAccess, hash: grantHash(change, version) });
  return { outcome: 'applied', version };
}
