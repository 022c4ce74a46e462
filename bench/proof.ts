/**
 * What proving costs, without a database: signing and verifying, appending to the log's tree, proofs at 1,000,000 leaves
 * from tiles, and a bundle of 10,000 signed entries. `npm run bench -- proof`; prints a table and writes
 * bench/results/proof.json.
 */
import {
  appendLeaf,
  consistencyProofFromTiles,
  createBundleVerifier,
  emptyFrontier,
  entriesTree,
  frontierRoot,
  generateKeyPair,
  inclusionProofFromTiles,
  leafHash,
  parseNoteKey,
  sha256Hex,
  sign,
  verify,
  verifyInclusion,
  type Tile,
} from '@moltnet/protocol';
import { bundleText, World } from '../test/protocol/bundleWorld.js';
import { measureRate, reportMisses, round, writeResults, type Rate } from './measure.js';

const LEAVES = 1_000_000;
const ENTRIES = 10_000;
const BATCH = 500;
const PIECE_BYTES = 64 * 1024;
const PROOF_LIMIT_MS = 5;

const results: Record<string, Record<string, number>> = {};

function keep(what: string, figures: Record<string, number>): void {
  results[what] = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)]));
}

/** One call after the other: all of it is computing. */
async function measure(what: string, count: number, work: (i: number) => unknown): Promise<Rate> {
  const rate = await measureRate(count, 1, async (i) => work(i));
  keep(what, { ...rate });
  return rate;
}

const { privateKey, publicKey } = generateKeyPair();
const hashes = Array.from({ length: BATCH }, (_, i) => sha256Hex(`entry ${i}`));
const signature = sign(privateKey, 'x');
await measure('sign', 5_000, (i) => sign(privateKey, hashes[i % BATCH]!));
await measure('verify', 5_000, () => verify(publicKey, 'x', signature));
await measure(`root and paths of ${BATCH} entries`, 20, () => entriesTree(hashes));

const tiles = new Map<string, Uint8Array>();
let frontier = emptyFrontier();
let startedAt = performance.now();
for (let i = 0; i < LEAVES; i++) {
  frontier = appendLeaf(frontier, leafHash(`leaf ${i}`), ({ level, index }, hash) => {
    if (level % 8 !== 0) return;
    const key = `${level / 8}/${Math.floor(index / 256)}`;
    const tile = tiles.get(key) ?? new Uint8Array(8192);
    tile.set(hash, (index % 256) * 32);
    tiles.set(key, tile);
  });
}
keep(`append ${LEAVES} leaves, with tiles`, { perSecond: (LEAVES / (performance.now() - startedAt)) * 1000 });

const read = async (asked: readonly Tile[]) => asked.map(({ level, index }) => tiles.get(`${level}/${index}`)!);
const anywhere = (i: number) => (i * 7_368_787) % LEAVES;
const inclusion = await measure(`inclusion proof at ${LEAVES} leaves`, 2_000, (i) =>
  inclusionProofFromTiles(anywhere(i), LEAVES, read),
);
await measure(`consistency proof at ${LEAVES} leaves`, 2_000, (i) =>
  consistencyProofFromTiles(anywhere(i), LEAVES, read),
);
const root = frontierRoot(frontier);
const path = await inclusionProofFromTiles(123_456, LEAVES, read);
const leaf = leafHash('leaf 123456');
await measure('verify an inclusion proof', 5_000, () =>
  verifyInclusion(leaf, { index: 123_456, size: LEAVES, path }, root),
);

const world = new World();
const diary = world.diary('diary');
const author = world.author('ann');
const content = 'A memory of about two hundred characters, as agents write them. '.repeat(3);
for (let i = 0; i < ENTRIES; i++) world.write(diary, author, `entry ${i}`, { content });
const bundle = Buffer.from(bundleText(world.bundle(diary, [author])));
startedAt = performance.now();
const verifier = createBundleVerifier({ trustedKeys: [parseNoteKey(world.logKey)] });
for (let at = 0; at < bundle.length; at += PIECE_BYTES) verifier.push(bundle.subarray(at, at + PIECE_BYTES));
const { verdict } = verifier.end();
const seconds = (performance.now() - startedAt) / 1000;
keep(`verify a bundle of ${ENTRIES} entries`, {
  seconds,
  perSecond: ENTRIES / seconds,
  megabytes: bundle.length / 1e6,
});

console.table(results);
await writeResults('proof', results);
if (process.argv.includes('--check')) {
  reportMisses([
    inclusion.p50Ms >= PROOF_LIMIT_MS &&
      `an inclusion proof takes ${round(inclusion.p50Ms)} ms, not below ${PROOF_LIMIT_MS}`,
    verdict !== 'trusted' && `the bundle is ${verdict}`,
  ]);
}
