/** The cases about the log: trees, proofs, leaves, notes, checkpoints. */
import * as protocol from '@moltnet/protocol';
import { seeded, uuid, World } from './bundleWorld.js';
import type { Operation, Vector } from './operations.js';

type Gives = (name: string, operation: Operation, input: unknown) => Vector;
type Refuses = (field: string, name: string, operation: Operation, input: unknown) => Vector;

const leaves = Array.from({ length: 1000 }, (_, i) => seeded(`leaf ${i}`).toString('hex'));
const bytes = leaves.map((leaf) => new Uint8Array(Buffer.from(leaf, 'hex')));
const hex = (hash: Uint8Array): string => protocol.encodeHex(hash);
const rootOf = (size: number): string => hex(protocol.merkleRoot(protocol.buildLevels(bytes.slice(0, size))));
const smallSizes = Array.from({ length: 21 }, (_, size) => size);

export function treeVectors(gives: Gives, refuses: Refuses): Vector[] {
  const claim = (index: number, size: number): object => ({
    leaf: leaves[index],
    index,
    size,
    path: protocol.inclusionProof(protocol.buildLevels(bytes.slice(0, size)), index).map(hex),
    root: rootOf(size),
  });
  const growth = (older: number, newer: number): object => ({
    older: { size: older, root: rootOf(older) },
    newer: { size: newer, root: rootOf(newer) },
    path: protocol.consistencyProof(protocol.buildLevels(bytes.slice(0, newer)), older).map(hex),
  });
  return [
    ...smallSizes.map((size) => gives(`a tree of ${size}`, 'merkleRoot', leaves.slice(0, size))),
    gives('a tree of 1,000', 'merkleRoot', leaves),
    ...[1, 2, 3, 7, 8, 13].flatMap((size) =>
      smallSizes
        .slice(0, size)
        .map((index) => gives(`leaf ${index} of ${size}`, 'inclusionProof', { index, leaves: leaves.slice(0, size) })),
    ),
    ...[1, 3, 4, 7, 8, 12, 13].map((olderSize) =>
      gives(`13 leaves continue ${olderSize}`, 'consistencyProof', { olderSize, leaves: leaves.slice(0, 13) }),
    ),
    refuses('index', 'a leaf beyond the tree', 'inclusionProof', { index: 3, leaves: leaves.slice(0, 3) }),
    ...[
      [0, 1],
      [6, 7],
      [19, 20],
      [511, 512],
      [999, 1000],
    ].map(([index, size]) => gives(`a proof of leaf ${index} of ${size}`, 'verifyInclusion', claim(index!, size!))),
    gives('no proof: another index', 'verifyInclusion', { ...claim(6, 8), index: 7 }),
    gives('no proof: another size', 'verifyInclusion', { ...claim(6, 8), size: 7 }),
    gives('no proof: an index beyond the size', 'verifyInclusion', { ...claim(6, 8), index: 8 }),
    gives('no proof: a negative index', 'verifyInclusion', { ...claim(0, 1), index: -1 }),
    gives('no proof: a path that is too short', 'verifyInclusion', { ...claim(6, 8), path: [] }),
    gives('no proof: a path that is too long', 'verifyInclusion', { ...claim(0, 1), path: [leaves[1]] }),
    gives('no proof: another leaf', 'verifyInclusion', { ...claim(6, 8), leaf: leaves[7] }),
    ...[
      [0, 0],
      [0, 5],
      [1, 1],
      [1, 2],
      [4, 9],
      [7, 20],
      [512, 1000],
    ].map(([older, newer]) => gives(`${newer} leaves continue ${older}`, 'verifyConsistency', growth(older!, newer!))),
    gives('no proof: the newer tree is shorter', 'verifyConsistency', {
      ...growth(4, 9),
      newer: { size: 3, root: rootOf(3) },
    }),
    gives('no proof: another older root', 'verifyConsistency', {
      ...growth(4, 9),
      older: { size: 4, root: rootOf(5) },
    }),
    gives('no proof: another newer root', 'verifyConsistency', {
      ...growth(5, 9),
      newer: { size: 9, root: rootOf(5) },
    }),
    gives('no proof: nothing where hashes are due', 'verifyConsistency', { ...growth(7, 20), path: [] }),
    gives('no proof: hashes where nothing is due', 'verifyConsistency', { ...growth(7, 7), path: [leaves[0]] }),
    gives('one entry of a batch', 'entriesRoot', { contentHash: leaves[2], ...entryPath(2, 5) }),
    gives('a batch of one', 'entriesRoot', { contentHash: leaves[0], ...entryPath(0, 1) }),
    refuses('path', 'a path of another length', 'entriesRoot', { contentHash: leaves[0], index: 0, size: 5, path: [] }),
    refuses('path[0]', 'a path in base64', 'entriesRoot', {
      contentHash: leaves[0],
      index: 0,
      size: 2,
      path: ['AAAA'],
    }),
  ];
}

function entryPath(index: number, size: number): protocol.EntryPath {
  return protocol.entriesTree(leaves.slice(0, size)).paths[index]!;
}

export function leafVectors(gives: Gives, refuses: Refuses): Vector[] {
  const leaf = {
    kind: 'entry',
    tag: leaves[0],
    seq: 1,
    prevLeaf: '',
    subjectHash: leaves[1],
    authorKeyId: leaves[2],
    at: '2026-01-31T09:30:00.000Z',
  };
  const event = { agentKeyId: leaves[3], epoch: 1, keyId: leaves[3], change: 'begins', reason: '' };
  const tombstone = { entryId: uuid('entry'), contentHash: leaves[4], reason: 'asked for, “at once” 😀' };
  const supersession = {
    entryId: uuid('entry'),
    contentHash: leaves[4],
    successorId: uuid('successor'),
    successorHash: leaves[5],
  };
  return [
    ...protocol.LEAF_KINDS.map((kind) => gives(`a leaf of kind ${kind}`, 'leafHash', { ...leaf, kind })),
    gives('the second leaf of a chain', 'leafHash', { ...leaf, seq: 2, prevLeaf: leaves[6] }),
    gives('a leaf far down its chain', 'leafHash', { ...leaf, seq: 2 ** 53 - 1, prevLeaf: leaves[6] }),
    refuses('kind', 'an unknown kind', 'leafHash', { ...leaf, kind: 'note' }),
    refuses('seq', 'number 0', 'leafHash', { ...leaf, seq: 0 }),
    refuses('seq', 'a number of 2^53', 'leafHash', { ...leaf, seq: 2 ** 53 }),
    refuses('prevLeaf', 'a first leaf with one before it', 'leafHash', { ...leaf, prevLeaf: leaves[6] }),
    refuses('prevLeaf', 'a second leaf without', 'leafHash', { ...leaf, seq: 2 }),
    refuses('at', 'seconds', 'leafHash', { ...leaf, at: '2026-01-31T09:30:00Z' }),
    gives('a tag', 'chainTag', { id: uuid('diary'), salt: leaves[7] }),
    refuses('salt', 'a tag without salt', 'chainTag', { id: uuid('diary'), salt: '' }),
    refuses('id', 'a tag of no id', 'chainTag', { id: 'diary', salt: leaves[7] }),
    gives('a key that begins', 'keyEventHash', event),
    gives('a key that ends', 'keyEventHash', { ...event, change: 'ends', reason: 'compromised' }),
    refuses('change', 'a key that rests', 'keyEventHash', { ...event, change: 'rests' }),
    gives('a tombstone', 'tombstoneHash', tombstone),
    refuses('reason', 'a reason with NUL', 'tombstoneHash', { ...tombstone, reason: '\0' }),
    gives('a supersession', 'supersessionHash', supersession),
    refuses('successorId', 'a successor without id', 'supersessionHash', { ...supersession, successorId: '' }),
    gives('a later signature', 'signatureHash', { contentHash: leaves[4], signature: 'x' }),
  ];
}

export function noteVectors(gives: Gives, refuses: Refuses): Vector[] {
  const world = new World();
  world.author('ann');
  const { origin, log, logKey } = world;
  const note = world.checkpoint();
  const other = new World('other').logKey;
  const text = protocol.checkpointText(world.head());
  const sign = (body: string): string => protocol.signNote(body, [{ name: origin, privateKey: log.privateKey }]);
  const head = { origin, tag: leaves[0], count: 2, lastLeaf: leaves[1], treeSize: 3 };
  return [
    gives("a key's hash", 'noteKeyHash', { name: origin, publicKey: log.publicKey }),
    gives("a log's key", 'parseNoteKey', logKey),
    refuses('key', 'another name', 'parseNoteKey', logKey.replace('moltnet', 'multnet')),
    refuses('key', 'another type', 'parseNoteKey', logKey.replace('+A', '+B')),
    refuses('key', 'no hash', 'parseNoteKey', logKey.replace(/\+.{8}\+/, '+')),
    gives('a checkpoint', 'checkpointText', { ...world.head(), root: hex(world.head().root) }),
    gives('a checkpoint of an empty log', 'checkpointText', { origin, size: 0, root: hex(protocol.EMPTY_ROOT) }),
    refuses('origin', 'an origin with a blank', 'checkpointText', { origin: 'a b', size: 0, root: leaves[0] }),
    refuses('size', 'a negative size', 'checkpointText', { origin, size: -1, root: leaves[0] }),
    gives('a signed checkpoint', 'parseCheckpoint', note),
    refuses('size', 'a size with a leading zero', 'parseCheckpoint', sign(text.replace('\n1\n', '\n01\n'))),
    refuses('root', 'a short root', 'parseCheckpoint', sign(`${origin}\n1\nAAAA\n`)),
    refuses('root', 'no root', 'parseCheckpoint', sign(`${origin}\n1\n`)),
    refuses('checkpoint', 'a line below the root', 'parseCheckpoint', sign(`${text}more\n`)),
    refuses('note', 'no signature', 'parseCheckpoint', text),
    refuses('note', 'CRLF', 'parseCheckpoint', note.replaceAll('\n', '\r\n')),
    gives('a signature of the log', 'noteSigners', { note, keys: [logKey, other] }),
    gives('a stranger has not signed', 'noteSigners', { note, keys: [other] }),
    refuses('note', 'an altered note', 'noteSigners', { note: note.replace('\n1\n', '\n2\n'), keys: [logKey] }),
    gives('a signature of an unknown kind beside', 'noteSigners', {
      note: `${note}— witness.example/w AAAAAQID\n`,
      keys: [logKey],
    }),
    gives('the head of a chain', 'chainHeadText', head),
    gives('the head of an empty chain', 'chainHeadText', { ...head, count: 0, lastLeaf: '' }),
    refuses('lastLeaf', 'a head without its last leaf', 'chainHeadText', { ...head, lastLeaf: '' }),
  ];
}
