import {
  BUNDLE_FORMAT,
  bundleLine,
  chainTag,
  consistencyProofFromTiles,
  encodeHex,
  formatNoteKey,
  signChainHead,
  type BundleLine,
} from '@moltnet/protocol';
import { listAuthors, type Author } from '../db/bundles/listAuthors.js';
import { listSubjects, type LeafSubject } from '../db/bundles/listSubjects.js';
import type { Db } from '../db/database.js';
import { findChainEnd, listChainLeaves, type ChainEnd } from '../db/log/chains.js';
import type { LogKey, SignedCheckpoint } from '../db/log/checkpoints.js';
import type { StoredLeaf } from '../db/log/findLeaf.js';
import { readTiles } from '../db/log/readTiles.js';
import { AppError } from '../errors.js';
import { diaryLine, keyLines, type PlacedLeaf } from '../rules/bundleLines.js';
import { createLeafProofs, type LeafProofs } from './leafProofs.js';

/** So many leaves are read at a time, with at most as many texts. */
const PAGE = 100;

export interface Export {
  db: Db;
  diaryId: string;
  /** All of the bundle is as it was in this tree. */
  checkpoint: SignedCheckpoint;
  logKey: LogKey;
  /** How the log came to that key, for readers who trust one before it. */
  keyChanges: readonly string[];
  /** Signs where chains end. The key that has signed the checkpoint. */
  privateKey: string;
  /** The size of a tree that the reader knows, to show that this one continues it. */
  since?: number | undefined;
}

/**
 * A diary as a bundle (docs/bundle.md), line by line, as it was in the checkpoint's tree, read page by page as the reader
 * takes it: a bundle may be larger than memory. Leaves never change; what does, texts that are erased meanwhile, ends
 * the bundle in the middle, which every reader of bundles notices.
 */
export async function* exportBundle(options: Export): AsyncGenerator<string> {
  const { db, diaryId, checkpoint, logKey } = options;
  const { size } = checkpoint;
  const end = await findChainEnd(db, diaryId, size);
  if (!end) throw new AppError('NotLoggedYet', 'The diary has nothing in the log yet.');
  const proofs = createLeafProofs(db, size);
  yield bundleLine({
    line: 'header',
    format: BUNDLE_FORMAT,
    origin: logKey.origin,
    logKey: formatNoteKey({ name: logKey.origin, publicKey: logKey.publicKey }),
    diaryId,
    tagSalt: end.salt,
    treeSize: size,
    rootHash: encodeHex(checkpoint.root),
  });
  for (const note of options.keyChanges) yield bundleLine({ line: 'logKeyChange', note });
  for (const author of await listAuthors(db, diaryId)) yield* authorLines(options, author, proofs);
  for await (const leaves of placedLeaves(db, diaryId, size, proofs)) {
    const subjects = await listSubjects(db, leaves);
    const lines = leaves.map((leaf) => diaryLine(leaf, presentAt(size, subjects.get(leaf.index))));
    yield lines.map((line) => (line ? bundleLine(line) : '')).join('');
  }
  yield headLine(options, diaryId, end);
  if (options.since !== undefined) yield await consistencyLine(db, options.since, size);
  yield bundleLine({ line: 'checkpoint', note: checkpoint.note });
}

/** An author without leaves is known to this log by an import alone. */
async function* authorLines(options: Export, author: Author, proofs: LeafProofs): AsyncGenerator<string> {
  const { db, checkpoint } = options;
  const end = await findChainEnd(db, author.agentId, checkpoint.size);
  if (!end) {
    for (const { publicKey } of author.keys) yield bundleLine({ line: 'foreignKey', publicKey });
    return;
  }
  for await (const leaves of placedLeaves(db, author.agentId, checkpoint.size, proofs)) {
    yield keyLines(leaves, author).map(bundleLine).join('');
  }
  yield headLine(options, author.agentId, end);
}

async function* placedLeaves(
  db: Db,
  chainId: string,
  size: number,
  proofs: LeafProofs,
): AsyncGenerator<(StoredLeaf & PlacedLeaf)[]> {
  for (let afterSeq = 0; ;) {
    const leaves = await listChainLeaves(db, chainId, { afterSeq, size, limit: PAGE });
    if (leaves.length === 0) return;
    const paths = await proofs.prove(leaves.map(({ index }) => index));
    yield leaves.map((leaf, i) => ({ ...leaf, proof: paths[i] as string[] }));
    afterSeq = leaves.at(-1)?.seq ?? afterSeq;
  }
}

/** Throws for an entry whose text was erased after this tree: its tombstone stands beyond it. */
function presentAt(size: number, subject: LeafSubject | undefined): LeafSubject | undefined {
  const isErased = subject !== undefined && subject.salt === null;
  if (!isErased || (subject.erasedAtIndex !== null && Number(subject.erasedAtIndex) < size)) return subject;
  throw new AppError('Conflict', `The entry ${subject.entryId} was deleted during the export: export again.`);
}

function headLine({ checkpoint, logKey, privateKey }: Export, chainId: string, end: ChainEnd): string {
  const { count, lastLeaf, salt } = end;
  const head = { origin: logKey.origin, tag: chainTag(chainId, salt), count, lastLeaf, treeSize: checkpoint.size };
  return bundleLine({ line: 'head', note: signChainHead(head, [privateKey]) });
}

async function consistencyLine(db: Db, since: number, size: number): Promise<string> {
  const path = await consistencyProofFromTiles(since, size, (tiles) => readTiles(db, tiles));
  const line: BundleLine = { line: 'consistency', fromSize: since, path: path.map(encodeHex) };
  return bundleLine(line);
}
