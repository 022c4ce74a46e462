import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import {
  appendLeaf,
  buildLevels,
  consistencyProofFromTiles,
  emptyFrontier,
  encodeHex,
  frontierFromTiles,
  frontierRoot,
  inclusionProofFromTiles,
  keyEventHash,
  merkleRoot,
  tombstoneHash,
  verifyConsistency,
  verifyInclusion,
  type Tile,
} from '@moltnet/protocol';
import fc from 'fast-check';
import { assignPositions } from '../../../src/db/assignPositions.js';
import type { Db } from '../../../src/db/database.js';
import { takeLease } from '../../../src/db/leases.js';
import { appendLeaves } from '../../../src/db/log/appendLeaves.js';
import { findLogState } from '../../../src/db/log/checkpoints.js';
import { readTiles } from '../../../src/db/log/readTiles.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { addEvent, addEvents, HOLDER, hashOf, readLeaves, sequence, treeOf } from '../../support/logTree.js';

describe('the log', function () {
  this.timeout(120_000);
  let database: FreshDatabase;
  let db: Db;
  const tiles = (asked: readonly Tile[]) => readTiles(db, asked);

  beforeEach(async () => {
    database = await freshDatabase();
    db = database.db;
  });
  afterEach(() => database.drop());

  it('has one leaf for each event of its kinds, in the order of places, each bound to the one before in its chain', async () => {
    await addEvents(db, 10);
    await addEvent(db, { kind: 'diary.changed' });
    await addEvents(db, 3, 'entry.revised');
    expect(await sequence(db, 4)).to.equal(13);
    const leaves = await readLeaves(db);
    const subjects = await db('outbox').whereNot('kind', 'diary.changed').orderBy('pos').pluck('subject_id');
    expect(leaves.map((leaf) => leaf.subjectId)).to.deep.equal(subjects);
    expect(leaves.map((leaf) => leaf.kind)).to.deep.equal([...Array(10).fill('entry'), ...Array(3).fill('revision')]);
    for (const chainId of new Set(leaves.map((leaf) => leaf.chainId))) {
      const chain = leaves.filter((leaf) => leaf.chainId === chainId);
      expect(chain.map((leaf) => leaf.seq)).to.deep.equal(chain.map((_, index) => index + 1));
      expect(chain.map((leaf) => leaf.prevLeaf)).to.deep.equal(['', ...chain.slice(0, -1).map((leaf) => leaf.hash)]);
      expect(new Set(chain.map((leaf) => leaf.tag)).size).to.equal(1);
    }
    expect(leaves.map(hashOf)).to.deep.equal(leaves.map((leaf) => leaf.hash));
    const state = await findLogState(db);
    expect(encodeHex(frontierRoot(state))).to.equal(encodeHex(merkleRoot(treeOf(leaves))));
  });

  it('logs keys, deletions and operators in chains of their own', async () => {
    const [agent, diary, entry] = [randomUUID(), randomUUID(), randomUUID()];
    await addEvent(db, { kind: 'key', agent_id: agent, subject_id: agent, subject_hash: 'ab'.repeat(32) });
    await addEvent(db, { kind: 'entry.erased', diary_id: diary, subject_id: entry, subject_hash: 'cd'.repeat(32) });
    await addEvent(db, { kind: 'operator.acted', subject_hash: 'ef'.repeat(32) });
    await addEvent(db, { kind: 'run.applied', diary_id: diary });
    await sequence(db);
    const leaves = await readLeaves(db);
    expect(leaves.map(({ kind, chainId, seq }) => [kind, chainId, seq])).to.deep.equal([
      ['key', agent, 1],
      ['tombstone', diary, 1],
      ['operator', '00000000-0000-0000-0000-000000000000', 1],
      ['run', diary, 2],
    ]);
    const key = 'ab'.repeat(32);
    expect(leaves[0]?.subjectHash).to.equal(
      keyEventHash({ agentKeyId: key, epoch: 1, keyId: key, change: 'begins', reason: '' }),
    );
    const tombstone = { entryId: entry, contentHash: 'cd'.repeat(32), reason: '' };
    expect(leaves[1]?.subjectHash).to.equal(tombstoneHash(tombstone));
    expect(leaves[3]?.subjectHash).to.match(/^[0-9a-f]{64}$/);
  });

  it('takes in what was placed before there was a log', async () => {
    await addEvents(db, 30);
    await takeLease(db, HOLDER.lease, HOLDER.holder, 60_000);
    await assignPositions(db, { ...HOLDER, limit: 30 });
    expect(await sequence(db, 7)).to.equal(30);
  });

  it('grows by one holder alone, whoever else believes to be it', async () => {
    await addEvents(db, 60);
    await takeLease(db, HOLDER.lease, HOLDER.holder, 60_000);
    await assignPositions(db, { ...HOLDER, limit: 100 });
    const grow = (holder: string) => appendLeaves(db, { ...HOLDER, holder, limit: 20 });
    const answers = await Promise.all(['here', 'other', 'here', 'other', 'here'].map(grow));
    expect(answers.filter((answer) => answer === undefined)).to.have.length(2);
    expect((await readLeaves(db)).map((leaf) => leaf.index)).to.deep.equal(Array.from({ length: 60 }, (_, i) => i));
  });

  it('proves each leaf in the tree of any later size, and each tree to begin any later one, from its tiles', async () => {
    await addEvents(db, 700);
    const size = await sequence(db, 333);
    const leaves = (await readLeaves(db)).map((leaf) => Buffer.from(leaf.hash, 'hex'));
    const rootAt = (n: number) => merkleRoot(buildLevels(leaves.slice(0, n)));
    const sizes = fc.tuple(fc.integer({ min: 1, max: size }), fc.integer({ min: 1, max: size }));
    await fc.assert(
      fc.asyncProperty(sizes, async ([one, other]) => {
        const [older, newer] = [Math.min(one, other), Math.max(one, other)];
        const [olderHead, newerHead] = [older, newer].map((n) => ({ size: n, root: rootAt(n) })) as [never, never];
        const path = await consistencyProofFromTiles(older, newer, tiles);
        expect(verifyConsistency(olderHead, newerHead, path)).to.equal(true);
        const inclusion = await inclusionProofFromTiles(older - 1, newer, tiles);
        expect(
          verifyInclusion(
            leaves[older - 1] as Buffer,
            { index: older - 1, size: newer, path: inclusion },
            rootAt(newer),
          ),
        ).to.equal(true);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps full tiles of the second level too', async () => {
    const roots = Array.from({ length: 255 }, () => randomBytes(32));
    await beginAt(roots);
    await addEvents(db, 300);
    const size = await sequence(db);
    const [tile] = (await tiles([{ level: 1, index: 0, width: 256 }])) as [Buffer];
    expect(tile.subarray(0, 255 * 32).equals(Buffer.concat(roots))).to.equal(true);
    const { hashes } = await findLogState(db);
    const fromTiles = await frontierFromTiles(size, tiles);
    expect(encodeHex(frontierRoot({ hashes: fromTiles }))).to.equal(encodeHex(frontierRoot({ hashes })));
  });

  /** A log whose full tiles have these roots, without the leaves below them. */
  async function beginAt(roots: Buffer[]): Promise<void> {
    const hashes = Buffer.alloc(8_192);
    await db('log_tiles').insert(roots.map((root, tile) => ({ level: 0, tile, hashes, root })));
    const frontier = roots.reduce((grown, root) => appendLeaf(grown, root), emptyFrontier());
    await db('log_head').update({ size: roots.length * 256, frontier: Buffer.concat(frontier.hashes) });
  }
});
