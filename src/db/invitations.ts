import { createHash } from 'node:crypto';
import type { Db } from './database.js';

/** An invitation as operators see it; the code itself is nowhere. */
export interface Invitation {
  id: string;
  createdBy: string;
  reason: string;
  maxUses: number;
  used: number;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

const COLUMNS = [
  'id',
  'created_by as createdBy',
  'reason',
  'max_uses as maxUses',
  'used',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'ended_at as endedAt',
];
const USABLE = 'used < max_uses and expires_at > now() and ended_at is null';

const hashOf = (code: string) => createHash('sha256').update(code).digest();

export interface NewInvitation {
  id: string;
  code: string;
  createdBy: string;
  reason: string;
  maxUses: number;
  validHours: number;
}

/** Stores an invitation and gives it; the same id again gives the one that is there. */
export async function storeInvitation(db: Db, { code, ...invitation }: NewInvitation): Promise<Invitation> {
  await db.raw(
    `insert into invitations (id, code_hash, created_by, reason, max_uses, expires_at)
     values (:id, :codeHash, :createdBy, :reason, :maxUses, now() + make_interval(hours => :validHours))
     on conflict (id) do nothing`,
    { ...invitation, codeHash: hashOf(code) },
  );
  return db('invitations').where({ id: invitation.id }).first<Invitation>(COLUMNS);
}

/** Newest first, after the place where the last page ended. */
export async function listInvitations(
  db: Db,
  { after, limit }: { after?: { createdAt: Date; id: string } | undefined; limit: number },
): Promise<Invitation[]> {
  const query = db('invitations')
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .select<Invitation[]>(COLUMNS);
  // The cursor has milliseconds, the column microseconds: without the cut an item would be skipped.
  if (after) void query.whereRaw(`(date_trunc('milliseconds', created_at), id) < (?, ?)`, [after.createdAt, after.id]);
  return query;
}

export async function findInvitationByCode(db: Db, code: string): Promise<{ id: string } | undefined> {
  return db('invitations')
    .where({ code_hash: hashOf(code) })
    .first<{ id: string } | undefined>('id');
}

export async function isInvitationUsable(db: Db, id: string): Promise<boolean> {
  return (await db('invitations').where({ id }).whereRaw(USABLE).first('id')) !== undefined;
}

/** Counts a use, where one is left: of two at once for the last one the row decides. */
export async function useInvitation(db: Db, id: string): Promise<boolean> {
  return (await db('invitations').where({ id }).whereRaw(USABLE).increment('used', 1)) > 0;
}

/** Ends an invitation; undefined: there is none. Those who have registered with it stay. */
export async function endInvitation(db: Db, id: string): Promise<Invitation | undefined> {
  await db('invitations').where({ id }).whereNull('ended_at').update({ ended_at: db.fn.now() });
  return db('invitations').where({ id }).first<Invitation | undefined>(COLUMNS);
}
