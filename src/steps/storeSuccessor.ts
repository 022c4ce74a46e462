import { DBOS } from '@dbos-inc/dbos-sdk';
import { findSigningKeys } from '../db/agents/findSigningKeys.js';
import type { Db } from '../db/database.js';
import { storeEntries } from '../db/entries/storeEntries.js';
import { insertRelation } from '../db/relations/relations.js';
import { lockEnds, markSuperseded, type RelationEnd } from '../db/relations/supersession.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { refused, type ChangeOutcome, type Refused, type Succession } from '../rules/changes.js';
import { toRecord } from '../rules/entryRecord.js';
import { isSigned, judgeProofs } from '../rules/judgeProofs.js';
import { may, maySupersede, readOnlyMessage } from '../rules/permissions.js';

/**
 * Stores a signed entry and puts it in the place of another, in one transaction keyed by its id: run twice, the second
 * answers `already`. Of two successors at once one is refused, and not stored.
 */
export function storeSuccessor(succession: Succession): Promise<ChangeOutcome> {
  return DBOS.runStep(() => judgeAndStore(succession), {
    name: 'storeSuccessor',
    retriesAllowed: true,
    maxAttempts: 5,
    intervalSeconds: 0.2,
    shouldRetry: isRetryable,
  });
}

async function judgeAndStore(succession: Succession): Promise<ChangeOutcome> {
  const { successor } = succession;
  const keys = await findSigningKeys(ports().db, [successor.authorKeyId]);
  const refusal = isSigned(successor) ? (await judgeProofs([successor], keys)).get(successor) : undefined;
  return ports().db.transaction(async (trx) => {
    const entry = (await lockEnds(trx, succession.agentId, [succession.entryId])).get(succession.entryId);
    if (entry && entry.supersededBy === successor.id) return { outcome: 'already', version: 1 };
    if (refusal) return refused(refusal.reason, refusal.message);
    return refuseSuccession(entry, succession) ?? (await succeed(trx, entry as RelationEnd, succession));
  });
}

function refuseSuccession(entry: RelationEnd | undefined, succession: Succession): Refused | undefined {
  const { entryId, agentId, expectedVersion } = succession;
  if (!entry) return refused('NotFound', `There is no entry ${entryId} that you may read.`);
  if (!maySupersede(entry.role, entry.authorId === agentId)) {
    return refused('Forbidden', `The entry ${entryId} is not yours to edit: ask its author, or a manager.`);
  }
  if (!may(entry.role, 'write')) return refused('Forbidden', readOnlyMessage(entry.diaryId));
  if (entry.erased) return refused('Gone', `The entry ${entryId} has been deleted.`);
  if (entry.supersededBy !== null) {
    return refused('Conflict', `The entry ${entryId} is superseded by ${entry.supersededBy}: edit that one.`);
  }
  if (expectedVersion === undefined || expectedVersion === entry.version) return undefined;
  return refused('VersionMismatch', `The entry is at version ${entry.version}, not ${expectedVersion}.`);
}

async function succeed(trx: Db, entry: RelationEnd, succession: Succession): Promise<ChangeOutcome> {
  const { agentId, successor, relationId: id, runId } = succession;
  const [row] = await storeEntries(trx, runId, [toRecord(successor)]);
  if (!row)
    return refused('InvalidInput', `The key ${successor.authorKeyId} has ended: sign with the one that you have now.`);
  if (!row.applied) return refused('Conflict', `The id ${successor.id} is taken; send another one.`);
  await insertRelation(trx, {
    id,
    agentId,
    fromId: successor.id,
    toId: entry.id,
    type: 'supersedes',
    status: 'accepted',
    evidence: {},
    requestHash: '',
    createdAt: successor.createdAt,
    fromHash: row.contentHash,
    toHash: entry.contentHash,
  });
  await markSuperseded(trx, { agentId, successor: { id: row.id, contentHash: row.contentHash }, entry });
  return { outcome: 'applied', version: 1 };
}
