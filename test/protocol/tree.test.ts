import {
  appendLeaf,
  buildLevels,
  consistencyProof,
  consistencyProofFromTiles,
  decodeHex,
  emptyFrontier,
  EMPTY_ROOT,
  encodeHex,
  entriesRoot,
  entriesTree,
  frontierFromTiles,
  frontierRoot,
  inclusionProof,
  inclusionProofFromTiles,
  leafHash,
  merkleRoot,
  newTiles,
  nodeHash,
  parseTilePath,
  rootFromInclusion,
  tilePath,
  tileWidth,
  verifyConsistency,
  verifyInclusion,
  type Tile,
} from '@moltnet/protocol';
import { expect } from 'chai';

const leaves = Array.from({ length: 70_000 }, (_, i) => leafHash(`leaf ${i}`));

/** RFC 6962, section 2.1, word for word. */
function definedRoot(from: readonly Uint8Array[]): Uint8Array {
  if (from.length === 0) return EMPTY_ROOT;
  if (from.length === 1) return from[0]!;
  let k = 1;
  while (k * 2 < from.length) k *= 2;
  return nodeHash(definedRoot(from.slice(0, k)), definedRoot(from.slice(k)));
}

/** A log's tiles as files, written as the sequencer does: hashes of every eighth level, as appending tells them. */
function storeTiles(size: number): { read: (tiles: readonly Tile[]) => Promise<Uint8Array[]>; reads: string[][] } {
  const files = new Map<string, Uint8Array[]>();
  let frontier = emptyFrontier();
  for (const leaf of leaves.slice(0, size)) {
    frontier = appendLeaf(frontier, leaf, ({ level, index }, hash) => {
      if (level % 8 !== 0) return;
      const key = `${level / 8}/${Math.floor(index / 256)}`;
      files.set(key, [...(files.get(key) ?? []), hash]);
    });
  }
  const reads: string[][] = [];
  const read = async (tiles: readonly Tile[]): Promise<Uint8Array[]> => {
    reads.push(tiles.map((tile) => tilePath(tile)));
    return tiles.map(({ level, index }) =>
      Uint8Array.from(files.get(`${level}/${index}`)!.flatMap((each) => [...each])),
    );
  };
  return { read, reads };
}

describe('the Merkle tree', () => {
  it('has the roots that the reference implementation of certificate transparency publishes', () => {
    const data = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const roots = [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const hashes = data.map((hex) => leafHash(decodeHex(hex, 'data', hex.length / 2)));
    roots.forEach((root, size) => {
      expect(encodeHex(merkleRoot(buildLevels(hashes.slice(0, size))))).to.equal(root);
    });
  });

  it('gives by appending the root that the definition gives', () => {
    let frontier = emptyFrontier();
    for (let size = 0; size <= 130; size++) {
      expect(frontierRoot(frontier), String(size)).to.deep.equal(definedRoot(leaves.slice(0, size)));
      expect(frontier.hashes).to.have.length(size.toString(2).replaceAll('0', '').length);
      frontier = appendLeaf(frontier, leaves[size]!);
    }
  });

  it('proves every leaf of every small tree, and takes no leaf, index or size for another', () => {
    for (let size = 1; size <= 20; size++) {
      const levels = buildLevels(leaves.slice(0, size));
      const root = merkleRoot(levels);
      for (let index = 0; index < size; index++) {
        const path = inclusionProof(levels, index);
        const leaf = leaves[index]!;
        expect(verifyInclusion(leaf, { index, size, path }, root), `${index} of ${size}`).to.equal(true);
        expect(verifyInclusion(leaves[index + 1]!, { index, size, path }, root)).to.equal(false);
        for (let other = -1; other <= size; other++) {
          if (other !== index) expect(verifyInclusion(leaf, { index: other, size, path }, root)).to.equal(false);
        }
        expect(verifyInclusion(leaf, { index, size, path: [...path, root] }, root)).to.equal(false);
        if (path.length > 0) expect(verifyInclusion(leaf, { index, size, path: path.slice(1) }, root)).to.equal(false);
      }
    }
  });

  it('proves that each small tree begins each longer one, and takes no other tree for its beginning', () => {
    for (let newer = 0; newer <= 20; newer++) {
      const levels = buildLevels(leaves.slice(0, newer));
      const newerHead = { size: newer, root: merkleRoot(levels) };
      for (let older = 0; older <= newer; older++) {
        const path = consistencyProof(levels, older);
        const olderHead = { size: older, root: definedRoot(leaves.slice(0, older)) };
        const forged = { size: older, root: definedRoot([...leaves.slice(1, older), leaves[0]!]) };
        expect(verifyConsistency(olderHead, newerHead, path), `${older} in ${newer}`).to.equal(true);
        if (older !== 1) {
          const isSame = older === 0 ? { size: 0, root: leaves[0]! } : forged;
          expect(verifyConsistency(isSame, newerHead, path), `forged ${older} in ${newer}`).to.equal(false);
        }
        expect(verifyConsistency(olderHead, newerHead, [...path, leaves[0]!])).to.equal(false);
        if (older < newer) expect(verifyConsistency(newerHead, olderHead, path)).to.equal(false);
      }
    }
  });

  it('asks for what is no tree in vain', () => {
    expect(() => inclusionProof(buildLevels([]), 0)).to.throw('index must be an integer below the size, 0');
    expect(() => consistencyProof(buildLevels(leaves.slice(0, 3)), 4)).to.throw('olderSize must not be above');
    const far = { index: 2 ** 53, size: 2 ** 53 + 2, path: [] };
    expect(rootFromInclusion(leaves[0]!, far)).to.equal(undefined);
  });
});

describe('tiles', () => {
  it('are named as the specification names them, in one way', () => {
    const names: [Parameters<typeof tilePath>[0], string][] = [
      [{ level: 0, index: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
      [{ level: 2, index: 0, width: 1 }, 'tile/2/000.p/1'],
      [{ level: 'entries', index: 999, width: 255 }, 'tile/entries/999.p/255'],
      [{ level: 1, index: 1000, width: 256 }, 'tile/1/x001/000'],
    ];
    for (const [tile, path] of names) {
      expect(tilePath(tile)).to.equal(path);
      expect(parseTilePath(path)).to.deep.equal(tile);
    }
    for (const path of [
      'tile/0/1',
      'tile/00/001',
      'tile/64/001',
      'tile/0/x000/001',
      'tile/0/001.p/0',
      'tile/0/001.p/256',
      'tile/0/001.p/07',
      'tile/0/001/002',
      '/tile/0/001',
      `tile/0/${'x999/'.repeat(6)}999`,
    ]) {
      expect(() => parseTilePath(path), path).to.throw('path must be a tile');
    }
  });

  it('are as many and as wide as the specification says for 70,000 leaves', () => {
    const tiles = newTiles(0, 70_000);
    expect(tiles.filter(({ level }) => level === 0)).to.have.length(274);
    expect(tiles.filter(({ width }) => width < 256)).to.deep.equal([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect(newTiles(0, 256).map((tile) => tilePath(tile))).to.deep.equal(['tile/0/000', 'tile/1/000.p/1']);
    expect(tileWidth(0, 274, 70_000)).to.equal(0);
  });

  it('that a longer tree needs are those that a shorter one has not', () => {
    const paths = newTiles(255, 513).map((tile) => tilePath(tile));
    expect(paths).to.deep.equal(['tile/0/000', 'tile/0/001', 'tile/0/002.p/1', 'tile/1/000.p/2']);
    expect(newTiles(513, 513)).to.deep.equal([]);
  });

  it('give the same proofs as the whole tree, each read once and all together', async () => {
    for (const size of [1, 255, 256, 257, 513, 5000, 66_000]) {
      const { read, reads } = storeTiles(size);
      const levels = buildLevels(leaves.slice(0, size));
      for (const index of [0, Math.floor(size / 2), size - 1]) {
        expect(await inclusionProofFromTiles(index, size, read)).to.deep.equal(inclusionProof(levels, index));
        expect(await consistencyProofFromTiles(index, size, read)).to.deep.equal(consistencyProof(levels, index));
      }
      const hashes = await frontierFromTiles(size, read);
      expect(frontierRoot({ hashes })).to.deep.equal(merkleRoot(levels));
      for (const asked of reads) expect(new Set(asked).size).to.equal(asked.length);
      expect(reads.length).to.be.at.most(7);
    }
  });

  it('give proofs of a shorter tree from tiles that have grown since', async () => {
    const { read } = storeTiles(700);
    const levels = buildLevels(leaves.slice(0, 600));
    expect(await inclusionProofFromTiles(590, 600, read)).to.deep.equal(inclusionProof(levels, 590));
  });

  it('that are shorter than they must be are refused by name', async () => {
    const failure = await inclusionProofFromTiles(3, 300, async () => [new Uint8Array(32), new Uint8Array(0)]).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).to.match(/tile\/0\/00\d\S* must be \d+ bytes/);
  });
});

describe('the tree of entries that are signed at once', () => {
  const hashes = leaves.slice(0, 7).map((hash) => encodeHex(hash));

  it('leads from every entry to the same root', () => {
    const { root, paths } = entriesTree(hashes);
    expect(hashes.map((hash, i) => entriesRoot(hash, paths[i]!))).to.deep.equal(hashes.map(() => root));
    expect(entriesRoot(hashes[0]!, paths[1]!)).to.not.equal(root);
  });

  it('is never empty, and refuses a path of another length', () => {
    expect(() => entriesTree([])).to.throw('contentHashes must have at least one');
    expect(() => entriesRoot(hashes[0]!, { index: 0, size: 7, path: [] })).to.throw('path has not the length');
  });

  it('of one entry has a root that is not the entry itself', () => {
    const { root, paths } = entriesTree(hashes.slice(0, 1));
    expect(root).to.not.equal(hashes[0]);
    expect(paths).to.deep.equal([{ index: 0, size: 1, path: [] }]);
  });
});
