import type { Db } from '../database.js';

/** What makes two models one: equal fingerprints mean comparable vectors. */
export interface ModelIdentity {
  fingerprint: string;
  name: string;
  revision: string;
  dtype: string;
  semantic: boolean;
}

export interface EmbeddingModelRow extends ModelIdentity {
  id: number;
  state: 'filling' | 'active' | 'retired';
}

const COLUMNS = ['id', 'fingerprint', 'name', 'revision', 'dtype', 'semantic', 'state'] as const;

/** The model whose vectors serve searches now; undefined before the first one is complete. */
export async function findActiveModel(db: Db): Promise<EmbeddingModelRow | undefined> {
  return db('embedding_models').where('state', 'active').first(COLUMNS);
}

/**
 * Makes the model the one that new vectors are computed with. A model seen for the first time gets its partition; if
 * its vectors are not complete, every present entry without one becomes a task, and searches go on with the active
 * model until `activateFilledModel` finds the work done. Several processes may call this at once.
 */
export async function registerModel(db: Db, model: ModelIdentity): Promise<EmbeddingModelRow> {
  return db.transaction(async (trx) => {
    await trx.raw('lock table embedding_models in share row exclusive mode');
    await trx('embedding_models').insert(model).onConflict('fingerprint').ignore();
    const row = (await trx('embedding_models')
      .where('fingerprint', model.fingerprint)
      .first(COLUMNS)) as unknown as EmbeddingModelRow;
    await trx.raw(
      `create table if not exists entry_embeddings_${row.id} partition of entry_embeddings for values in (${row.id})`,
    );
    if (row.state === 'active') return row;
    await trx('embedding_models').where('id', row.id).update({ state: 'filling' });
    await addMissingTasks(trx, row.id);
    return { ...row, state: 'filling' as const };
  });
}

async function addMissingTasks(trx: Db, modelId: number): Promise<void> {
  await trx.raw(
    `insert into embedding_tasks (entry_id)
     select e.id from entries e
     where e.erased_at is null
       and not exists (select 1 from entry_embeddings v where v.entry_id = e.id and v.model_id = ?)
     on conflict (entry_id) do update set state = 'pending', attempts = 0, error = null, due_at = now()`,
    [modelId],
  );
}

/**
 * Switches searches to the model once no entry waits for its vector (entries that failed do not hold it back); answers
 * whether this call did it. The guard and the switch are one transaction under the models' lock, so of two callers one
 * switches.
 */
export async function activateFilledModel(db: Db, modelId: number): Promise<boolean> {
  return db.transaction(async (trx) => {
    await trx.raw('lock table embedding_models in share row exclusive mode');
    const ready: unknown = await trx('embedding_models')
      .where({ id: modelId, state: 'filling' })
      .whereNotExists(trx('embedding_tasks').where('state', 'pending').select(trx.raw('1')))
      .first('id');
    if (!ready) return false;
    await trx('embedding_models').where('state', 'active').update({ state: 'retired' });
    await trx('embedding_models').where('id', modelId).update({ state: 'active', activated_at: trx.fn.now() });
    return true;
  });
}
