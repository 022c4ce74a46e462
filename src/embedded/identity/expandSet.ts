import type { Db } from '../../db/database.js';
import { listSubjects, type SetRow } from '../../db/relationTuples.js';

/** What an answer may hold; a larger tree is read page by page from the list of tuples. */
const MAX_NODES = 10_000;

export interface Tree {
  subject: SetRow;
  children: Tree[];
}

const keyOf = ({ namespace, object, relation }: SetRow): string => JSON.stringify([namespace, object, relation]);

/**
 * Who is in a set, and in the sets in it, level by level down to a depth; as at Keto, permissions are not followed, and a
 * set that occurs again is a leaf there, so circles end. Undefined where the set is empty, `too large` beyond the limit.
 */
export async function expandSet(db: Db, root: SetRow, maxDepth: number): Promise<Tree | undefined | 'too large'> {
  const tree: Tree = { subject: root, children: [] };
  const nodes = new Map([[keyOf(root), tree]]);
  let level = [tree];
  let count = 1;
  // The first level is read whatever the depth: an empty set has no tree at all.
  for (let depth = Math.max(2, maxDepth); depth > 1 && level.length > 0; depth--) {
    const found = await listSubjects(
      db,
      level.map((node) => node.subject),
      MAX_NODES,
    );
    if (level[0] === tree && found.length === 0) return undefined;
    if (maxDepth <= 1) return tree;
    count += found.length;
    if (count > MAX_NODES) return 'too large';
    level = [];
    for (const { within, subject } of found) {
      const child: Tree = { subject, children: [] };
      nodes.get(keyOf(within))?.children.push(child);
      if (subject.relation === '' || nodes.has(keyOf(subject))) continue;
      nodes.set(keyOf(subject), child);
      level.push(child);
    }
  }
  return tree;
}
