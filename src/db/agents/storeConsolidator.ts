import { fingerprint, keyId } from '@moltnet/protocol';
import { AppError } from '../../errors.js';
import { agentIdOf } from '../../rules/agentId.js';
import type { Db } from '../database.js';

/**
 * The consolidator's row and key, made where they are missing; answers whose they are. A new key is the next epoch of the
 * same agent: what the former one signed stays verifiable. Several processes may call this at once.
 */
export async function storeConsolidator(db: Db, publicKey: string): Promise<{ agentId: string; keyId: string }> {
  const key = keyId(publicKey);
  return db.transaction(async (trx) => {
    await trx.raw(`lock table agent_keys in share row exclusive mode`);
    const known = (await trx('agents').where('kind', 'consolidator').first('id')) as { id: string } | undefined;
    const agentId = known?.id ?? agentIdOf(key);
    if (!known) {
      await trx('agents').insert({
        id: agentId,
        key_id: key,
        fingerprint: fingerprint(key),
        name: 'consolidator',
        kind: 'consolidator',
      });
    }
    await trx.raw(
      `insert into agent_keys (key_id, agent_id, epoch, public_key)
       select :key, :agentId, coalesce(max(epoch), 0) + 1, :publicKey from agent_keys where agent_id = :agentId
       on conflict (key_id) do nothing`,
      { key, agentId, publicKey },
    );
    const ended: unknown = await trx('agent_keys').where('key_id', key).whereNotNull('valid_until').first('key_id');
    if (ended) {
      throw new AppError('Misconfigured', 'CONSOLIDATOR_SIGNING_KEY has been replaced before: configure the new key.');
    }
    await trx('agent_keys')
      .where('agent_id', agentId)
      .whereNot('key_id', key)
      .whereNull('valid_until')
      .update({ valid_until: trx.fn.now(), ended_because: 'rotated' });
    return { agentId, keyId: key };
  });
}
