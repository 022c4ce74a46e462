/**
 * Takes an answer to a signing request: verifies it, then stores it with its entries. Started by
 * POST /signing-requests/:id/signature, once for each answer; keyed by the request, which takes one. A wrong signature, a
 * request whose time was up and one that another answer settled are outcomes, not failures: the first may be answered again.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { SigningAnswer } from '../rules/signingRequest.js';
import { storeAnswer, verifyAnswer, type AnswerOutcome } from '../steps/answerSigningRequest.js';

async function sign(answer: SigningAnswer): Promise<AnswerOutcome> {
  const verified = await verifyAnswer(answer);
  return verified.outcome === 'good' ? storeAnswer(answer) : verified;
}

export const signEntries = DBOS.registerWorkflow(sign, { name: 'signEntries', maxRecoveryAttempts: 10 });
