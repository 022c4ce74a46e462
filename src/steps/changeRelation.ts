import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Db } from '../db/database.js';
import {
  addRelationEvent,
  findRelation,
  insertRelation,
  lockRelation,
  updateRelation,
  type Relation,
} from '../db/relations/relations.js';
import {
  isSupersededByWay,
  lockEnds,
  markSuperseded,
  unmarkSuperseded,
  type RelationEnd,
} from '../db/relations/supersession.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { refused, type Refused } from '../rules/changes.js';
import { may, mayChangeEntry, maySupersede, readOnlyMessage } from '../rules/permissions.js';
import type { NewRelation, RelationStatus } from '../rules/relation.js';

export type RelationOutcome = { outcome: 'applied' | 'already' } | Refused;

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

/** Each of these is one transaction keyed by the relation's id: run twice, the second answers `already`. */
function inOneTransaction(name: string, act: (trx: Db) => Promise<RelationOutcome>): Promise<RelationOutcome> {
  return DBOS.runStep(() => ports().db.transaction(act), { name, ...RETRY });
}

interface Ends {
  from: RelationEnd;
  to: RelationEnd;
}

async function lockBoth(
  trx: Db,
  agentId: string,
  { fromId, toId }: Pick<Relation, 'fromId' | 'toId'>,
): Promise<Ends | Refused> {
  const ends = await lockEnds(trx, agentId, [fromId, toId]);
  const [from, to] = [ends.get(fromId), ends.get(toId)];
  if (from && to) return { from, to };
  return refused('NotFound', `There is no entry ${from ? toId : fromId} that you may read.`);
}

export function storeRelation(relation: NewRelation): Promise<RelationOutcome> {
  return inOneTransaction('storeRelation', async (trx) => {
    const { id, agentId, type, status } = relation;
    const ends = await lockBoth(trx, agentId, relation);
    if ('outcome' in ends) return ends;
    const found = await lockRelation(trx, id);
    if (found) {
      if (found.createdBy === agentId && found.requestHash === relation.requestHash) return { outcome: 'already' };
      return refused('IdempotencyKeyReused', `The relation ${id} was made before from another request.`);
    }
    const { from, to } = ends;
    if (!may(from.role, 'write')) return refused('Forbidden', readOnlyMessage(from.diaryId));
    for (const end of [from, to]) if (end.erased) return refused('Gone', `The entry ${end.id} has been deleted.`);
    const isEffective = type === 'supersedes' && status === 'accepted';
    const refusal = isEffective ? await refuseSupersession(trx, agentId, ends) : undefined;
    if (refusal) return refusal;
    const stored = await insertRelation(trx, { ...relation, fromHash: from.contentHash, toHash: to.contentHash });
    if (!stored) return refused('Conflict', `The entry ${from.id} ${type} ${to.id} already: change that relation.`);
    await addRelationEvent(trx, 'relation.created', { agentId, diaryId: from.diaryId, relation });
    if (isEffective) await markSuperseded(trx, { agentId, successor: from, entry: to });
    return { outcome: 'applied' };
  });
}

/** The one place that says what may supersede what: in one diary, who may change the entry, one successor, no circles. */
async function refuseSupersession(trx: Db, agentId: string, { from, to }: Ends): Promise<Refused | undefined> {
  if (from.diaryId !== to.diaryId) return refused('Conflict', 'An entry is superseded by another of its own diary.');
  if (!maySupersede(to.role, to.authorId === agentId)) {
    return refused('Forbidden', `The entry ${to.id} is not yours to supersede: propose it, or ask its author.`);
  }
  if (to.supersededBy !== null && to.supersededBy !== from.id) {
    return refused('Conflict', `The entry ${to.id} is superseded by ${to.supersededBy} already: supersede that one.`);
  }
  if (await isSupersededByWay(trx, from.id, to.id)) {
    return refused(
      'Conflict',
      `The entry ${to.id} supersedes ${from.id}, itself or by others: that would be a circle.`,
    );
  }
  return undefined;
}

export interface RelationEdit {
  relationId: string;
  agentId: string;
  changes: { status?: RelationStatus | undefined; evidence?: Record<string, unknown> | undefined };
}

export function changeRelation({ relationId, agentId, changes }: RelationEdit): Promise<RelationOutcome> {
  return inOneTransaction('changeRelation', async (trx) => {
    const found = await lockOwn(trx, relationId, agentId);
    if ('outcome' in found) return found;
    const { relation, ends } = found;
    if (relation.status === 'deleted') return refused('Gone', `The relation ${relationId} has been deleted.`);
    const status = changes.status ?? relation.status;
    const evidence = changes.evidence ?? relation.evidence;
    if (status === relation.status && JSON.stringify(evidence) === JSON.stringify(relation.evidence)) {
      return { outcome: 'already' };
    }
    const [was, is] = [isEffective(relation), isEffective({ ...relation, status })];
    const refusal = is && !was ? await refuseSupersession(trx, agentId, ends) : undefined;
    if (refusal) return refusal;
    await updateRelation(trx, relationId, changes);
    await addRelationEvent(trx, 'relation.changed', { agentId, diaryId: ends.from.diaryId, relation });
    const effect = { agentId, successor: ends.from, entry: ends.to };
    if (is && !was) await markSuperseded(trx, effect);
    if (was && !is) await unmarkSuperseded(trx, effect);
    return { outcome: 'applied' };
  });
}

export function removeRelation({ relationId, agentId }: Omit<RelationEdit, 'changes'>): Promise<RelationOutcome> {
  return inOneTransaction('removeRelation', async (trx) => {
    const found = await lockOwn(trx, relationId, agentId);
    if ('outcome' in found) return found;
    const { relation, ends } = found;
    if (relation.status === 'deleted') return { outcome: 'already' };
    await updateRelation(trx, relationId, { status: 'deleted', evidence: {} });
    await addRelationEvent(trx, 'relation.deleted', { agentId, diaryId: ends.from.diaryId, relation });
    if (isEffective(relation)) await unmarkSuperseded(trx, { agentId, successor: ends.from, entry: ends.to });
    return { outcome: 'applied' };
  });
}

const isEffective = ({ type, status }: Pick<Relation, 'type' | 'status'>) =>
  type === 'supersedes' && status === 'accepted';

/** The relation with its ends, where the agent made it or manages its diary. */
async function lockOwn(
  trx: Db,
  relationId: string,
  agentId: string,
): Promise<{ relation: Relation; ends: Ends } | Refused> {
  const absent = refused('NotFound', `There is no relation ${relationId} that you may read.`);
  // The ends first, as where it is made: two orders of locks would wait for each other.
  const known = await findRelation(trx, relationId);
  if (!known) return absent;
  const ends = await lockBoth(trx, agentId, known);
  if ('outcome' in ends) return absent;
  const relation = await lockRelation(trx, relationId);
  if (!relation) return absent;
  if (mayChangeEntry(ends.from.role, relation.createdBy === agentId)) return { relation, ends };
  return refused('Forbidden', `The relation ${relationId} is not yours to change: ask who made it, or a manager.`);
}
