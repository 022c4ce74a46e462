import type { Affinities } from './affinity.js';

/** Two clusters are joined while the mean affinity between them is at least this. */
const MIN_LINK = 0.24;

interface Link {
  to: number;
  mean: number;
}

/** Named by its first unit. */
interface Cluster {
  name: number;
  units: number[];
  /** How many sources its units hold. */
  size: number;
  /** Sums of affinities to other clusters, by their names. */
  sums: Map<number, number>;
  /** The highest mean to a later cluster that it may be joined with. */
  best: Link | undefined;
}

/**
 * Average linkage: joins the two clusters with the highest mean affinity, again and again, while they stay within
 * `maxSize` sources and the mean is high enough. Ties go to the earlier units. Yields between joins. Clusters and their
 * units are in order.
 */
export function* linkUnits(
  affinities: Affinities,
  { sizes, maxSize }: { sizes: readonly number[]; maxSize: number },
): Generator<void, number[][]> {
  const clusters = new Map<number, Cluster>();
  for (const [i, row] of affinities.entries()) {
    const sums = new Map([...row].map(([j, { weight }]) => [j, weight]));
    clusters.set(i, { name: i, units: [i], size: sizes[i] ?? 1, sums, best: undefined });
  }
  for (const cluster of clusters.values()) cluster.best = findBest(cluster, clusters, maxSize);
  for (let next = findNext(clusters); next; next = findNext(clusters)) {
    join(next.cluster, next.gone, clusters);
    const affected = [next.cluster.name, ...next.cluster.sums.keys()];
    for (const name of affected) {
      const cluster = clusters.get(name);
      if (cluster) cluster.best = findBest(cluster, clusters, maxSize);
    }
    yield;
  }
  return [...clusters.values()].map(({ units }) => units.sort((a, b) => a - b)).sort(byFirst);
}

const byFirst = (a: number[], b: number[]) => (a[0] ?? 0) - (b[0] ?? 0);

function findBest(cluster: Cluster, clusters: Map<number, Cluster>, maxSize: number): Link | undefined {
  let best: Link | undefined;
  for (const [to, sum] of cluster.sums) {
    const other = clusters.get(to);
    if (!other || to < cluster.name || cluster.size + other.size > maxSize) continue;
    const mean = sum / (cluster.units.length * other.units.length);
    if (mean < MIN_LINK) continue;
    if (!best || mean > best.mean || (mean === best.mean && to < best.to)) best = { to, mean };
  }
  return best;
}

function findNext(clusters: Map<number, Cluster>): { cluster: Cluster; gone: Cluster } | undefined {
  let first: Cluster | undefined;
  for (const cluster of clusters.values()) {
    if (cluster.best && cluster.best.mean > (first?.best?.mean ?? 0)) first = cluster; // in order: a tie keeps the earlier
  }
  const gone = first?.best && clusters.get(first.best.to);
  return first && gone ? { cluster: first, gone } : undefined;
}

/** The later cluster goes into the earlier one. */
function join(into: Cluster, gone: Cluster, clusters: Map<number, Cluster>): void {
  into.units.push(...gone.units);
  into.size += gone.size;
  for (const [name, sum] of gone.sums) {
    const other = clusters.get(name);
    if (!other || other === into) continue;
    const together = sum + (into.sums.get(name) ?? 0);
    into.sums.set(name, together);
    other.sums.set(into.name, together);
    other.sums.delete(gone.name);
  }
  into.sums.delete(gone.name);
  clusters.delete(gone.name);
}
