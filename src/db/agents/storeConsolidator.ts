import { fingerprint, keyId } from '@moltnet/protocol';
import { AppError } from '../../errors.js';
import { agentIdOf } from '../../rules/agentId.js';
import type { Db } from '../database.js';
import { replaceKey } from './keys.js';
import { storeAgent } from './storeAgent.js';

/**
 * Makes the consolidator, or its key's next epoch, where they are missing, and answers who it is now; the log tells of its
 * keys as of any agent's. Of several processes that start at once, one makes it. Throws Misconfigured for a key that was
 * replaced before: what it would sign could not be told from what a thief signs.
 */
export async function storeConsolidator(db: Db, publicKey: string): Promise<{ agentId: string; keyId: string }> {
  const key = keyId(publicKey);
  const present = await findPresent(db);
  if (present?.keyId === key) return present;
  const made = present ? await beginEpoch(db, present, publicKey) : await create(db, publicKey);
  if (made) return { agentId: present?.agentId ?? agentIdOf(key), keyId: key };
  const other = await findPresent(db);
  if (other?.keyId === key) return other;
  throw new AppError(
    'Misconfigured',
    'CONSOLIDATOR_SIGNING_KEY is, or was, the key of another time or agent: make a new one.',
  );
}

async function findPresent(db: Db): Promise<{ agentId: string; keyId: string } | undefined> {
  return db('agents as a')
    .join('agent_keys as k', 'k.agent_id', 'a.id')
    .where('a.kind', 'consolidator')
    .whereNull('k.valid_until')
    .first({ agentId: 'a.id', keyId: 'k.key_id' });
}

async function create(db: Db, publicKey: string): Promise<boolean> {
  const key = keyId(publicKey);
  const agent = { agentId: agentIdOf(key), keyId: key, fingerprint: fingerprint(key), publicKey };
  const stored = await storeAgent(db, {
    ...agent,
    name: 'consolidator',
    role: 'agent',
    kind: 'consolidator',
    requestHash: 'consolidator',
  });
  return stored === 'applied' || stored === 'already';
}

async function beginEpoch(db: Db, present: { agentId: string; keyId: string }, publicKey: string): Promise<boolean> {
  const replaced = await replaceKey(db, {
    agentId: present.agentId,
    oldKeyId: present.keyId,
    newKeyId: keyId(publicKey),
    newPublicKey: publicKey,
    requestHash: 'consolidator',
  });
  return typeof replaced === 'object' && replaced.outcome === 'applied';
}
