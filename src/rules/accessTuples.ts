import type { RelationTuple, SubjectSet } from '../ports/identity.js';
import { ANONYMOUS, MOLTNET, relationOf } from './namespaces.js';
import { GRANTED_ROLES, type GrantedRole, type Role, type Visibility } from './permissions.js';

export interface TupleChanges {
  insert: RelationTuple[];
  remove: RelationTuple[];
}

/** What access follows from, as it is now. */
export type AccessRow =
  | { kind: 'diary'; id: string; ownerId: string; visibility: Visibility; deleted: boolean }
  | { kind: 'grant'; id: string; agentId: string; role: GrantedRole | null; deleted: boolean }
  | { kind: 'agent'; id: string; disabled: boolean };

const agent = (object: string): SubjectSet => ({ namespace: 'Agent', object, relation: '' });
const members: SubjectSet = { namespace: 'Network', object: MOLTNET, relation: 'members' };

/**
 * The tuples that must be there for a row and those that must not, whatever is there now: so that changes can be lost, doubled
 * or come in any order. Of a deleted diary nothing must be there, which its whole object says better (`deletedDiaries`).
 */
export function accessTuples(rows: AccessRow[]): TupleChanges & { deletedDiaries: string[] } {
  const changes: TupleChanges = { insert: [], remove: [] };
  const set = (wanted: boolean, tuple: RelationTuple) => (wanted ? changes.insert : changes.remove).push(tuple);
  const inDiary = (object: string, role: Role, subject: SubjectSet): RelationTuple => ({
    namespace: 'Diary',
    object,
    relation: relationOf(role),
    subject,
  });
  for (const row of rows) {
    if (row.kind === 'agent') set(!row.disabled, { ...members, subject: agent(row.id) });
    else if (row.kind === 'grant') {
      const { id, agentId, role } = row;
      for (const one of GRANTED_ROLES) set(!row.deleted && role === one, inDiary(id, one, agent(agentId)));
    } else if (!row.deleted) {
      set(true, inDiary(row.id, 'owner', agent(row.ownerId)));
      set(row.visibility !== 'private', inDiary(row.id, 'visitor', members));
      set(row.visibility === 'public', inDiary(row.id, 'visitor', agent(ANONYMOUS)));
    }
  }
  const deletedDiaries = rows.filter((row) => row.kind === 'diary' && row.deleted).map((row) => row.id);
  return { ...changes, deletedDiaries };
}
