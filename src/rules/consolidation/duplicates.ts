import { MIN_AGREEING_POSITIONS } from '../similarity.js';
import type { Source } from './source.js';

/** Two sources that say nearly the same and differ in a number, a negation or an identifier: one of them may be wrong. */
export interface Conflict {
  earlier: string;
  later: string;
  /** Of 32 positions of their sketches. */
  agreeing: number;
}

export interface Duplicates {
  /** Sources that say the same, the earliest first; one that is alone is a unit too. In the order of their first. */
  units: Source[][];
  conflicts: Conflict[];
}

/** Joins exact and near duplicates; what only looks alike is proposed as a conflict and never joined. */
export function collapseDuplicates(sorted: readonly Source[]): Duplicates {
  const units: Source[][] = [];
  const byText = new Map<string, Source[]>();
  const conflicts: Conflict[] = [];
  for (const source of sorted) {
    const exact = byText.get(source.textHash);
    const near = exact ?? units.find((unit) => areNear(unit[0], source));
    if (near) near.push(source);
    else units.push([source]);
    if (!exact) byText.set(source.textHash, near ?? units.at(-1) ?? []);
    if (!near) conflicts.push(...findConflicts(units.slice(0, -1), source));
  }
  return { units, conflicts };
}

function findConflicts(units: readonly Source[][], source: Source): Conflict[] {
  return units.flatMap(([first]) => {
    const agreeing = first ? countAgreeing(first, source) : 0;
    return first && agreeing >= MIN_AGREEING_POSITIONS ? [{ earlier: first.id, later: source.id, agreeing }] : [];
  });
}

function areNear(a: Source | undefined, b: Source): boolean {
  return a !== undefined && a.facts === b.facts && countAgreeing(a, b) >= MIN_AGREEING_POSITIONS;
}

function countAgreeing(a: Source, b: Source): number {
  let agreeing = 0;
  for (let i = 0; i < a.sketch.length; i++) if (a.sketch[i] === b.sketch[i]) agreeing++;
  return agreeing;
}
