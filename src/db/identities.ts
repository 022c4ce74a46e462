import type { Db } from './database.js';

/** The embedded identity server's identities. */
export interface IdentityRow {
  id: string;
  external_id: string | null;
  schema_id: string;
  traits: Record<string, unknown>;
  state: 'active' | 'inactive';
  created_at: Date;
  updated_at: Date;
}

/** The row, or undefined when the external id is taken; of two at once one gets the row. */
export async function insertIdentity(
  db: Db,
  identity: Pick<IdentityRow, 'id' | 'external_id' | 'schema_id' | 'traits' | 'state'>,
): Promise<IdentityRow | undefined> {
  const [row] = await db<IdentityRow>('identities').insert(identity).onConflict('external_id').ignore().returning('*');
  return row;
}

export async function findIdentity(
  db: Db,
  by: { id: string } | { external_id: string },
): Promise<IdentityRow | undefined> {
  return db<IdentityRow>('identities').where(by).first();
}

export async function replaceTraits(
  db: Db,
  id: string,
  traits: IdentityRow['traits'],
): Promise<IdentityRow | undefined> {
  const [row] = await db<IdentityRow>('identities')
    .where({ id })
    .update({ traits, updated_at: db.fn.now() as unknown as Date })
    .returning('*');
  return row;
}

export async function deleteIdentity(db: Db, id: string): Promise<boolean> {
  return (await db('identities').where({ id }).delete()) > 0;
}
