/**
 * Opens a signing request: a row that waits for its agent, with a time at which it ends. Started by POST /signing-requests;
 * keyed by the request's id.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { NewSigningRequest } from '../rules/signingRequest.js';
import { openSigningRequest as openRequest, type OpenOutcome } from '../steps/openSigningRequest.js';

async function open(request: NewSigningRequest): Promise<OpenOutcome> {
  return openRequest(request);
}

export const openSigningRequest = DBOS.registerWorkflow(open, { name: 'openSigningRequest', maxRecoveryAttempts: 10 });
