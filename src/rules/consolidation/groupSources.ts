import { computeAffinities, type Affinities } from './affinity.js';
import { collapseDuplicates, type Conflict } from './duplicates.js';
import { linkUnits } from './linkUnits.js';
import { sortSources, type Source } from './source.js';

/** Raise on any change that groups the same sources otherwise: a run records it, and is verified by it. */
export const GROUPING = 'mutual-neighbours/1';

export interface GroupingLimits {
  /** Sources in a group. */
  minSize: number;
  maxSize: number;
}

export interface SourceGroup {
  /** Ids, in the order of their time. */
  sources: string[];
  /** The source that is nearest to the others. */
  medoid: string;
  /** Mean affinity within, and to the nearest few outside. */
  cohesion: number;
  separation: number;
  /** Why: pairs within, each with its parts. */
  links: { a: string; b: string; weight: number; overlap: number; closeness: number }[];
  conflicts: Conflict[];
}

export interface Grouping {
  groups: SourceGroup[];
  /** Sources that stay as they are. With those in groups they are all there were. */
  kept: { id: string; reason: 'too_few' | 'not_tighter' }[];
  conflicts: Conflict[];
}

/** A group must be this much tighter within than it is to what lies around it. */
const MIN_CONTRAST = 1.25;
const NEAREST_OUTSIDE = 3;

/**
 * Groups what belongs together, the same way for the same sources: in whatever order they come, on any machine. First
 * by hard keys (a source's scope tags), then exact and near duplicates, then by affinity. What finds no company stays.
 */
export function* groupSources(sources: readonly Source[], limits: GroupingLimits): Generator<void, Grouping> {
  const grouping: Grouping = { groups: [], kept: [], conflicts: [] };
  for (const scope of splitByScope(sortSources(sources))) {
    const { units, conflicts } = collapseDuplicates(scope);
    const affinities = yield* computeAffinities(units);
    const clusters = yield* linkUnits(affinities, { sizes: units.map((unit) => unit.length), maxSize: limits.maxSize });
    grouping.conflicts.push(...conflicts);
    for (const cluster of clusters) judge(cluster, { units, affinities, conflicts, limits, grouping });
  }
  const places = new Map(sortSources(sources).map(({ id }, place) => [id, place]));
  const placeOf = (group: SourceGroup) => places.get(group.sources[0] ?? '') ?? 0;
  grouping.groups.sort((a, b) => placeOf(a) - placeOf(b));
  grouping.kept.sort((a, b) => (a.id < b.id ? -1 : 1));
  return grouping;
}

/** Tags of the form `project:x` or `scope:x` keep their entries apart from others'. */
function splitByScope(sorted: readonly Source[]): Source[][] {
  const scopes = new Map<string, Source[]>();
  for (const source of sorted) {
    const scope = JSON.stringify(source.tags.filter((tag) => /^(?:project|scope):/.test(tag)).sort());
    scopes.set(scope, [...(scopes.get(scope) ?? []), source]);
  }
  return [...scopes.values()];
}

interface Context {
  units: readonly Source[][];
  affinities: Affinities;
  conflicts: readonly Conflict[];
  limits: GroupingLimits;
  grouping: Grouping;
}

function judge(cluster: readonly number[], context: Context): void {
  const members = sortSources(cluster.flatMap((i) => context.units[i] ?? []));
  const keep = (reason: 'too_few' | 'not_tighter') => {
    context.grouping.kept.push(...members.map(({ id }) => ({ id, reason })));
  };
  if (members.length < context.limits.minSize) return keep('too_few');
  const cohesion = cluster.length === 1 ? 1 : meanWithin(cluster, context.affinities);
  const separation = meanOutside(cluster, context.affinities);
  if (cohesion < separation * MIN_CONTRAST) return keep('not_tighter');
  const ids = new Set(members.map(({ id }) => id));
  context.grouping.groups.push({
    sources: [...ids],
    medoid: findMedoid(cluster, context),
    cohesion: round(cohesion),
    separation: round(separation),
    links: listLinks(cluster, context),
    conflicts: context.conflicts.filter(({ earlier, later }) => ids.has(earlier) && ids.has(later)),
  });
}

function meanWithin(cluster: readonly number[], affinities: Affinities): number {
  const sum = cluster.reduce((total, i) => total + sumTo(i, cluster, affinities), 0);
  return sum / (cluster.length * (cluster.length - 1));
}

function sumTo(i: number, others: readonly number[], affinities: Affinities): number {
  return others.reduce((sum, j) => sum + (affinities[i]?.get(j)?.weight ?? 0), 0);
}

/** The mean of each member's nearest few outside: an outsider near to one member is not yet near to the group. */
function meanOutside(cluster: readonly number[], affinities: Affinities): number {
  const within = new Set(cluster);
  const outside = cluster.map((i) => {
    const weights = [...(affinities[i] ?? [])].filter(([j]) => !within.has(j)).map(([, { weight }]) => weight);
    const nearest = weights.sort((a, b) => b - a).slice(0, NEAREST_OUTSIDE);
    return nearest.reduce((sum, weight) => sum + weight, 0) / NEAREST_OUTSIDE;
  });
  return outside.reduce((sum, weight) => sum + weight, 0) / cluster.length;
}

function findMedoid(cluster: readonly number[], { units, affinities }: Context): string {
  let medoid = cluster[0] ?? 0;
  for (const i of cluster) if (sumTo(i, cluster, affinities) > sumTo(medoid, cluster, affinities)) medoid = i;
  return units[medoid]?.[0]?.id ?? '';
}

function listLinks(cluster: readonly number[], { units, affinities }: Context): SourceGroup['links'] {
  const idOf = (unit: number) => units[unit]?.[0]?.id ?? '';
  return cluster.flatMap((i) =>
    cluster.flatMap((j) => {
      const link = i < j ? affinities[i]?.get(j) : undefined;
      if (!link) return [];
      const { weight, overlap, closeness } = link;
      return [{ a: idOf(i), b: idOf(j), weight: round(weight), overlap: round(overlap), closeness: round(closeness) }];
    }),
  );
}

/** Four digits are stored: enough to see why, and the same everywhere. */
const round = (value: number): number => Math.round(value * 10_000) / 10_000;
