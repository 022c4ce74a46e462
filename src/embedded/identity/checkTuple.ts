import type { Db } from '../../db/database.js';
import { followRelations, type SetRow } from '../../db/relationTuples.js';
import { named, type Namespaces } from '../../rules/namespaces.js';

/** As many sets as Keto follows from one relation. */
const MAX_WIDTH = 100;
/** And as many as one step looks at in all, so that no check reads the whole table five times. */
const MAX_SETS = 10_000;

export type Decision = 'allowed' | 'denied' | 'undecided';

const keyOf = ({ namespace, object, relation }: SetRow): string => JSON.stringify([namespace, object, relation]);

/**
 * Whether the subject has the relation or the permission, by Keto's rules in strict mode: a permission is what its relations
 * give, a set is followed only where its type is declared. Level by level, a statement each; what was looked at is not looked
 * at again, so circles end. `undecided` when a limit left something to look at: Keto answers 422 then.
 *
 * Keto counts the step from a permission to its relations and none for a relation's direct members, so a relation that is
 * asked for by its own name goes one level further.
 */
export async function checkTuple(
  db: Db,
  namespaces: Namespaces,
  { of, subject, maxDepth }: { of: SetRow; subject: SetRow; maxDepth: number },
): Promise<Decision> {
  const permit = named(named(namespaces, of.namespace)?.permits, of.relation);
  let goals = permit ? permit.map((relation) => ({ ...of, relation })) : [of];
  const seen = new Set(goals.map(keyOf));
  let cut = false;
  for (let levels = permit ? maxDepth : maxDepth + 1; goals.length > 0; levels--) {
    if (levels === 0) return 'undecided';
    const { found, sets } = await followRelations(db, goals, { subject, perRelation: MAX_WIDTH + 1, inAll: MAX_SETS });
    if (found) return 'allowed';
    cut ||= sets.length === MAX_SETS;
    goals = [];
    const width = new Map<string, number>();
    for (const { within, ...set } of sets) {
      const place = (width.get(keyOf(within)) ?? 0) + 1;
      width.set(keyOf(within), place);
      if (place > MAX_WIDTH) cut = true;
      else if (!seen.has(keyOf(set)) && isDeclared(namespaces, within, set)) {
        seen.add(keyOf(set));
        goals.push(set);
      }
    }
  }
  return cut ? 'undecided' : 'denied';
}

/** Whether subjects of this type may be in the relation. */
export function isDeclared(namespaces: Namespaces, within: Omit<SetRow, 'object'>, subject: SetRow): boolean {
  const types = named(named(namespaces, within.namespace)?.related, within.relation) ?? [];
  return types.some((type) =>
    typeof type === 'string'
      ? type === subject.namespace && subject.relation === ''
      : type[0] === subject.namespace && type[1] === subject.relation,
  );
}
