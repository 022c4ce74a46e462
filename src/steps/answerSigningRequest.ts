import { DBOS } from '@dbos-inc/dbos-sdk';
import { findSigningKeys } from '../db/agents/findSigningKeys.js';
import type { Db } from '../db/database.js';
import { addMessageEvent } from '../db/signing/addMessageEvent.js';
import { lockKeyInUse, lockUnsigned, storeSignatures } from '../db/signing/entrySignatures.js';
import {
  findSigningRequest,
  lockSigningRequest,
  settleSigningRequest,
  type SigningRequest,
} from '../db/signing/signingRequests.js';
import { isRetryable } from '../errors.js';
import { ports } from '../ports/index.js';
import { refused, type Refused } from '../rules/changes.js';
import { signingInputOf, type SigningAnswer } from '../rules/signingRequest.js';
import { verifySignatures } from '../rules/verifySignatures.js';

export type AnswerOutcome = { outcome: 'applied' | 'already' } | Refused;

const RETRY = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2, shouldRetry: isRetryable };

/** Whether the answer came in time and is the asked key's over the asked input; changes nothing. */
export function verifyAnswer(answer: SigningAnswer): Promise<{ outcome: 'good' } | AnswerOutcome> {
  return DBOS.runStep(() => verify(answer), { name: 'verifyAnswer', ...RETRY });
}

async function verify(answer: SigningAnswer): Promise<{ outcome: 'good' } | AnswerOutcome> {
  const { db } = ports();
  const request = await findSigningRequest(db, { id: answer.requestId, agentId: answer.agentId });
  if (!request) return refused('NotFound', `There is no signing request ${answer.requestId} of yours.`);
  const settled = findEnd(request, answer);
  if (settled) return settled;
  const key = (await findSigningKeys(db, [request.keyId])).get(request.keyId);
  if (!key || key.endedAt) return refused('InvalidInput', `The key ${request.keyId} has ended: open another request.`);
  const [good] = await verifySignatures(key.publicKey, [{ input: request.signingInput, signature: answer.signature }]);
  if (good) return { outcome: 'good' };
  const until = request.expiresAt.toISOString();
  return refused(
    'InvalidInput',
    `The signature is not by your key ${request.keyId} over signingInput. Sign its exact bytes and answer again, until ${until}.`,
  );
}

/** What the request has come to for this answer; undefined while it takes one. */
function findEnd(request: SigningRequest, answer: SigningAnswer): AnswerOutcome | undefined {
  const { id, state, signature, reason, expiresAt } = request;
  if (state === 'signed') {
    if (signature === answer.signature) return { outcome: 'already' };
    return refused('Conflict', `The signing request ${id} was answered with another signature.`);
  }
  if (state === 'void') return refused('Conflict', `The signing request ${id} cannot be answered any more: ${reason}`);
  // Not the state: an answer that came in time counts, also where its run goes on after the clock has been there.
  if (Date.parse(answer.receivedAt) < expiresAt.getTime()) return undefined;
  return refused('Gone', `The signing request ${id} expired at ${expiresAt.toISOString()}: open another one.`);
}

/**
 * Stores a verified answer with what it signs, in one transaction keyed by the request: run twice, the second answers
 * `already`; of two answers at once the first one counts. A request whose entries have changed since is void.
 */
export function storeAnswer(answer: SigningAnswer): Promise<AnswerOutcome> {
  return DBOS.runStep(() => ports().db.transaction((trx) => store(trx, answer)), { name: 'storeAnswer', ...RETRY });
}

async function store(trx: Db, answer: SigningAnswer): Promise<AnswerOutcome> {
  const { requestId, agentId, signature, receivedAt: answeredAt } = answer;
  const request = await lockSigningRequest(trx, requestId);
  if (!request) return refused('NotFound', `There is no signing request ${requestId} of yours.`);
  const settled = findEnd(request, answer);
  if (settled) return settled;
  if (!(await lockKeyInUse(trx, agentId, request.keyId))) {
    return refused('InvalidInput', `The key ${request.keyId} has ended: open another request.`);
  }
  if (request.kind === 'message') await addMessageEvent(trx, request);
  else if (!(await storeWithEntries(trx, request, answer))) {
    const reason = 'one of its entries was edited, deleted or signed in the meantime.';
    await settleSigningRequest(trx, requestId, { state: 'void', reason });
    return refused('Conflict', `The signing request ${requestId} cannot be answered any more: ${reason}`);
  }
  await settleSigningRequest(trx, requestId, { state: 'signed', signature, answeredAt });
  return { outcome: 'applied' };
}

/** All of them or none: false, and nothing is stored, where one is not any more as it was when the request was opened. */
async function storeWithEntries(trx: Db, request: SigningRequest, answer: SigningAnswer): Promise<boolean> {
  const { contentHashes, entryIds, keyId, agentId } = request;
  const { paths } = signingInputOf(contentHashes);
  const entries = entryIds.map((id, i) => ({ id, contentHash: contentHashes[i] ?? '', path: paths[i] ?? null }));
  if ((await lockUnsigned(trx, entries, keyId)) !== entries.length) return false;
  const { signature, receivedAt: signedAt } = answer;
  await storeSignatures(trx, entries, { agentId, keyId, signature, signedAt });
  return true;
}
