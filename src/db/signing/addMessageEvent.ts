import type { Db } from '../database.js';
import type { SigningRequest } from './signingRequests.js';

/** Tells the agent that its message is signed. */
export async function addMessageEvent(
  trx: Db,
  { id, agentId, messageHash, keyId }: Pick<SigningRequest, 'id' | 'agentId' | 'messageHash' | 'keyId'>,
): Promise<void> {
  await trx('outbox').insert({
    kind: 'message.signed',
    agent_id: agentId,
    subject_id: id,
    subject_hash: messageHash,
    data: JSON.stringify({ keyId }),
  });
}
