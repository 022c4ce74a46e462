import type { NewAgent } from '../../rules/registration.js';
import type { Db } from '../database.js';
import { useInvitation } from '../invitations.js';
import { findKey } from './keys.js';

/** Which request made the agent of a key; undefined while there is none. */
export async function findRegistration(db: Db, keyId: string): Promise<{ requestHash: string } | undefined> {
  const row = await db<{ request_hash: string; key_id: string; placeholder: boolean }>('agents')
    .where({ key_id: keyId, placeholder: false })
    .first('request_hash');
  return row && { requestHash: row.request_hash };
}

/**
 * Stores an agent with the first epoch of its key and the event that tells of it; one transaction. Run twice, the second
 * answers `already`. `taken`: another request has registered the key, an agent has or had it since a rotation, or the first
 * 64 bits of another key are the same, which are the fingerprint that people compare. `uninvited`: the invitation is used up or
 * has ended meanwhile.
 */
export async function storeAgent(db: Db, agent: StoredAgent): Promise<Stored> {
  return db
    .transaction((trx) => store(trx, agent))
    .catch((error: unknown) => {
      if (error === UNINVITED) return 'uninvited';
      throw error;
    });
}

type StoredAgent = Omit<NewAgent, 'audience'> & { kind?: 'consolidator' };
type Stored = 'applied' | 'already' | 'taken' | 'uninvited';
/** Thrown, since the row that was inserted must not stay. */
const UNINVITED = new Error('The invitation is used up or has ended.');

async function store(trx: Db, agent: StoredAgent): Promise<Stored> {
  const known = await findKey(trx, agent.keyId);
  if (known && known.agentId !== agent.agentId) return 'taken';
  const inserted = await trx('agents')
    .insert({
      id: agent.agentId,
      key_id: agent.keyId,
      fingerprint: agent.fingerprint,
      name: agent.name,
      role: agent.role,
      kind: agent.kind ?? 'agent',
      request_hash: agent.requestHash,
    })
    .onConflict()
    .ignore()
    .returning<unknown[]>('id');
  const tookOver = inserted.length === 0 && (await takePlaceholder(trx, agent));
  if (inserted.length === 0 && !tookOver) {
    const found = await findRegistration(trx, agent.keyId);
    return found?.requestHash === agent.requestHash ? 'already' : 'taken';
  }
  if (agent.invitationId && !(await useInvitation(trx, agent.invitationId))) throw UNINVITED;
  if (tookOver) return 'applied';
  await trx('agent_keys').insert({
    key_id: agent.keyId,
    agent_id: agent.agentId,
    epoch: 1,
    public_key: agent.publicKey,
  });
  await trx('outbox').insert({
    kind: 'key',
    agent_id: agent.agentId,
    subject_id: agent.agentId,
    subject_hash: agent.keyId,
  });
  return 'applied';
}

/** Whoever registers a key that an import has brought takes over the agent that was made for it, with its entries. */
async function takePlaceholder(trx: Db, agent: StoredAgent): Promise<boolean> {
  const { agentId: id, keyId, name, role, requestHash } = agent;
  const taken = await trx('agents')
    .where({ id, key_id: keyId, placeholder: true })
    .update({ placeholder: false, disabled_at: null, name, role, request_hash: requestHash });
  return taken > 0;
}
