import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Db } from '../db/database.js';
import { findKeyInUse, findSignables, lockKeyInUse, type Signable } from '../db/signing/entrySignatures.js';
import {
  countOpenRequests,
  insertSigningRequest,
  lockSigningRequest,
  type SigningRequest,
} from '../db/signing/signingRequests.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { refused, type Refused } from '../rules/changes.js';
import { MAX_OPEN_REQUESTS, signingInputOf, type NewSigningRequest } from '../rules/signingRequest.js';

export type OpenOutcome = { outcome: 'applied' | 'already' } | Refused;
type Subject = Pick<SigningRequest, 'kind' | 'keyId' | 'entryIds' | 'contentHashes' | 'messageHash' | 'signingInput'>;

/** Opens a request, keyed by its id, in one transaction: run twice, the second answers `already`. */
export function openSigningRequest(request: NewSigningRequest): Promise<OpenOutcome> {
  return DBOS.runStep(() => ports().db.transaction((trx) => open(trx, request)), {
    name: 'openSigningRequest',
    retriesAllowed: true,
    maxAttempts: 5,
    intervalSeconds: 0.2,
    shouldRetry: isRetryable,
  });
}

async function open(trx: Db, request: NewSigningRequest): Promise<OpenOutcome> {
  const { id, agentId, requestHash } = request;
  const openRequests = await countOpenRequests(trx, agentId);
  const found = await lockSigningRequest(trx, id);
  if (found) {
    if (found.agentId === agentId && found.requestHash === requestHash) return { outcome: 'already' };
    return refused('IdempotencyKeyReused', `The signing request ${id} was opened before from another request.`);
  }
  if (openRequests >= MAX_OPEN_REQUESTS) {
    const remedy = 'answer some, or wait until their time is up';
    return refused('TooManyRequests', `You have ${MAX_OPEN_REQUESTS} open signing requests: ${remedy}.`);
  }
  const subject = await describeSubject(trx, request);
  if ('outcome' in subject) return subject;
  await insertSigningRequest(trx, request, subject);
  return { outcome: 'applied' };
}

async function describeSubject(trx: Db, { agentId, subject }: NewSigningRequest): Promise<Subject | Refused> {
  if ('messageHash' in subject) {
    const keyId = await findKeyInUse(trx, agentId);
    if (keyId === undefined) return refused('Forbidden', 'You have no key to sign with: your last one has ended.');
    return { kind: 'message', keyId, entryIds: [], contentHashes: [], ...subject };
  }
  const entries = await findSignables(trx, subject.entryIds);
  for (const id of subject.entryIds) {
    const refusal = refuseEntry(id, entries.get(id), agentId);
    if (refusal) return refusal;
  }
  const signables = subject.entryIds.map((id) => entries.get(id) as Signable);
  const keyIds = [...new Set(signables.map((entry) => entry.authorKeyId))];
  for (const keyId of keyIds) {
    if (await lockKeyInUse(trx, agentId, keyId)) continue;
    const entry = signables.find((one) => one.authorKeyId === keyId) as Signable;
    const message = `The entry ${entry.id} names the key ${keyId}, which has ended: only a new version can be signed.`;
    return refused('Conflict', message);
  }
  const contentHashes = signables.map((entry) => entry.contentHash);
  const { signingInput } = signingInputOf(contentHashes);
  const [keyId = ''] = keyIds;
  return { kind: 'entries', keyId, entryIds: subject.entryIds, contentHashes, messageHash: null, signingInput };
}

/** What others wrote looks like what is not there: nobody but its author signs an entry. */
function refuseEntry(id: string, entry: Signable | undefined, agentId: string): Refused | undefined {
  if (entry?.authorId !== agentId) return refused('NotFound', `There is no entry ${id} that you wrote.`);
  if (entry.erased) return refused('Gone', `The entry ${id} has been deleted.`);
  if (entry.signature !== null) return refused('Conflict', `The entry ${id} is signed already.`);
  return undefined;
}
