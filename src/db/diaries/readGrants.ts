import type { GrantedRole } from '../../rules/permissions.js';
import type { Db } from '../database.js';

/** The access that an agent has to a diary by a grant. */
export interface Grant {
  diaryId: string;
  agentId: string;
  agentKeyId: string;
  agentFingerprint: string;
  agentName: string;
  role: GrantedRole;
  version: number;
  grantedBy: string;
  grantedAt: Date;
}

/** The grants of a diary, in order of their agents' ids. The caller has checked that they may be seen. */
export async function listGrants(
  db: Db,
  diaryId: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Grant[]> {
  const query = selectGrants(db, diaryId).whereNotNull('g.role');
  if (after !== undefined) void query.where('g.agent_id', '>', after);
  return (await query.orderBy('g.agent_id').limit(limit)) as Grant[];
}

export async function findGrant(db: Db, diaryId: string, agentId: string): Promise<Grant | undefined> {
  const [grant] = (await selectGrants(db, diaryId).where('g.agent_id', agentId).whereNotNull('g.role')) as Grant[];
  return grant;
}

function selectGrants(db: Db, diaryId: string) {
  return db('diary_grants as g').join('agents as a', 'a.id', 'g.agent_id').where('g.diary_id', diaryId).select({
    diaryId: 'g.diary_id',
    agentId: 'g.agent_id',
    agentKeyId: 'a.key_id',
    agentFingerprint: 'a.fingerprint',
    agentName: 'a.name',
    role: 'g.role',
    version: 'g.version',
    grantedBy: 'g.changed_by',
    grantedAt: 'g.changed_at',
  });
}

/** The agent of that id, key id or fingerprint, with the version of its access to the diary: 0 if it never had any. */
export async function findGrantee(
  db: Db,
  diaryId: string,
  name: string,
): Promise<{ agentId: string; version: number } | undefined> {
  const { rows } = await db.raw<{ rows: { agentId: string; version: number }[] }>(
    `select a.id as "agentId", coalesce(g.version, 0) as version
     from agents a left join diary_grants g on g.diary_id = :diaryId and g.agent_id = a.id
     where a.${columnOf(name)} = :name`,
    { diaryId, name },
  );
  return rows[0];
}

/** The three have different lengths. */
function columnOf(name: string): string {
  if (name.length === 36) return 'id';
  return name.length === 64 ? 'key_id' : 'fingerprint';
}
