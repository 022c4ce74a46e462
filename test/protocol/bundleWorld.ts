/** A small log with authors and diaries, all of it made of fixed seeds, from which bundles come as a server writes them. */
import * as protocol from '@moltnet/protocol';
import type { BundleLine, EntryBody, EntryHeader, LeafKind } from '@moltnet/protocol';
import { createHash } from 'node:crypto';

export interface Author {
  tag: string;
  agentKeyId: string;
  epoch: number;
  keyId: string;
  privateKey: string;
  publicKey: string;
}

export interface Diary {
  id: string;
  tag: string;
  salt: string;
}

type Unproven = Omit<Extract<BundleLine, { proof: unknown }>, 'proof'> & { index: number };
export type EntryDraft = Partial<Pick<EntryHeader, 'type' | 'importance' | 'createdAt'>> & Partial<EntryBody>;

export function seeded(label: string): Buffer {
  return createHash('sha256').update(label).digest();
}

function keyPair(label: string): { keyId: string; privateKey: string; publicKey: string } {
  const privateKey = seeded(label).toString('base64');
  const publicKey = protocol.derivePublicKey(privateKey);
  return { privateKey, publicKey, keyId: protocol.keyId(publicKey) };
}

export function uuid(label: string): string {
  return seeded(label)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

const START = Date.parse('2026-01-31T09:30:00.000Z');

export class World {
  readonly origin: string;
  readonly log: { privateKey: string; publicKey: string; keyId: string };
  readonly leaves: Uint8Array[] = [];
  private readonly chains = new Map<string, { count: number; lastLeaf: string; lines: Unproven[] }>();
  private readonly label: string;

  constructor(label = 'log', origin = 'moltnet.example/log') {
    this.label = label;
    this.origin = origin;
    this.log = keyPair(`${label} key`);
  }

  get logKey(): string {
    return protocol.formatNoteKey({ name: this.origin, publicKey: this.log.publicKey });
  }

  /** The next second of this world. */
  time(): string {
    return new Date(START + 1000 * this.leaves.length).toISOString();
  }

  append<K extends LeafKind>(
    kind: K,
    tag: string,
    subject: { hash: string; authorKeyId: string; at?: string; prevLeaf?: string; members: object },
  ): number {
    const chain = this.chains.get(tag) ?? { count: 0, lastLeaf: '', lines: [] };
    const { hash: subjectHash, authorKeyId, at = this.time(), prevLeaf = chain.lastLeaf, members } = subject;
    const leaf = { kind, tag, seq: chain.count + 1, prevLeaf, subjectHash, authorKeyId, at };
    const hash = protocol.leafHash(protocol.leafText(leaf));
    const index = this.leaves.push(hash) - 1;
    const line = { line: kind, leaf: protocol.leafFields(leaf), index, ...members } as unknown as Unproven;
    const lines = [...chain.lines, line];
    this.chains.set(tag, { count: leaf.seq, lastLeaf: protocol.encodeHex(hash), lines });
    return index;
  }

  author(name: string): Author {
    const keys = keyPair(`${name} 1`);
    const author = { ...keys, tag: this.tag(name), agentKeyId: keys.keyId, epoch: 0 };
    return this.beginKey(author, '');
  }

  rotate(author: Author, reason = 'rotated'): Author {
    return this.beginKey({ ...author, ...keyPair(`${author.agentKeyId} ${author.epoch + 1}`) }, reason);
  }

  revoke({ tag, agentKeyId, epoch, keyId }: Author, reason = 'compromised'): void {
    const event = { agentKeyId, epoch, keyId, change: 'ends' as const, reason };
    const members = { event, publicKey: null };
    this.append('key', tag, { hash: protocol.keyEventHash(event), authorKeyId: keyId, members });
  }

  private beginKey(author: Author, reason: string): Author {
    const begun = { ...author, epoch: author.epoch + 1 };
    const { agentKeyId, epoch, keyId, publicKey, tag } = begun;
    const event = { agentKeyId, epoch, keyId, change: 'begins' as const, reason };
    const members = { event, publicKey };
    this.append('key', tag, { hash: protocol.keyEventHash(event), authorKeyId: agentKeyId, members });
    return begun;
  }

  diary(name: string): Diary {
    const salt = seeded(`${this.label} ${name} salt`).toString('hex');
    return { id: uuid(name), tag: protocol.chainTag(uuid(name), salt), salt };
  }

  private tag(name: string): string {
    return protocol.chainTag(uuid(name), seeded(`${this.label} ${name} salt`).toString('hex'));
  }

  /** A header with its body, as an author makes it. */
  draft(diary: Diary, author: Author, name: string, draft: EntryDraft = {}): { header: EntryHeader; body: EntryBody } {
    const { title = '', content = `Text of ${name}.`, tags = [], salt } = draft;
    const body = { salt: salt ?? seeded(`${name} ${this.leaves.length}`).toString('hex'), title, content, tags };
    const header = {
      entryId: uuid(name),
      diaryId: diary.id,
      authorKeyId: author.keyId,
      createdAt: draft.createdAt ?? this.time(),
      type: draft.type ?? ('semantic' as const),
      importance: draft.importance ?? 5,
      bodyCommitment: protocol.bodyCommitment(body),
    };
    return { header, body };
  }

  write(
    diary: Diary,
    author: Author,
    name: string,
    {
      kind = 'entry',
      isSigned = true,
      at,
      ...draft
    }: EntryDraft & { kind?: 'entry' | 'revision'; isSigned?: boolean; at?: string } = {},
  ): { entryId: string; hash: string } {
    const { header, body } = this.draft(diary, author, name, draft);
    const hash = protocol.contentHash(header);
    const signature = isSigned ? protocol.sign(author.privateKey, protocol.entrySigningInput(hash)) : null;
    const members = { header, body, signature, signaturePath: null };
    this.append(kind, diary.tag, { hash, authorKeyId: author.keyId, members, ...(at !== undefined && { at }) });
    return { entryId: header.entryId, hash };
  }

  /** Entries under one signature, as a batch is signed. */
  writeBatch(diary: Diary, author: Author, names: readonly string[]): void {
    const drafts = names.map((name) => this.draft(diary, author, name));
    const hashes = drafts.map(({ header }) => protocol.contentHash(header));
    const { root, paths } = protocol.entriesTree(hashes);
    const signature = protocol.sign(author.privateKey, protocol.entriesSigningInput(root));
    drafts.forEach((draft, i) => {
      const members = { ...draft, signature, signaturePath: paths[i] };
      this.append('entry', diary.tag, { hash: hashes[i]!, authorKeyId: author.keyId, members });
    });
  }

  signLater(diary: Diary, author: Author, { entryId, hash }: { entryId: string; hash: string }): void {
    const signature = protocol.sign(author.privateKey, protocol.entrySigningInput(hash));
    const subject = protocol.signatureHash({ contentHash: hash, signature });
    const members = { entryId, contentHash: hash, signature, signaturePath: null };
    this.append('signature', diary.tag, { hash: subject, authorKeyId: author.keyId, members });
  }

  /** The tombstone; what the log has of the entry before stays, without text. */
  erase(
    diary: Diary,
    author: Author,
    { entryId, hash }: { entryId: string; hash: string },
    reason = 'asked for',
  ): void {
    const chain = this.chains.get(diary.tag)!;
    chain.lines = chain.lines.map((line) => {
      const { header } = line as { header?: EntryHeader };
      return header?.entryId === entryId ? { ...line, body: null } : line;
    });
    const tombstone = { entryId, contentHash: hash, reason };
    const subject = protocol.tombstoneHash(tombstone);
    this.append('tombstone', diary.tag, { hash: subject, authorKeyId: author.keyId, members: { tombstone } });
  }

  supersede(
    diary: Diary,
    author: Author,
    from: { entryId: string; hash: string },
    to: { entryId: string; hash: string },
  ): void {
    const { entryId: successorId, hash: successorHash } = to;
    const supersession = { entryId: from.entryId, contentHash: from.hash, successorId, successorHash };
    const hash = protocol.supersessionHash(supersession);
    this.append('supersession', diary.tag, { hash, authorKeyId: author.keyId, members: { supersession } });
  }

  opaque(kind: 'grant' | 'run' | 'operator', diary: Diary, author: Author): void {
    const hash = seeded(`${kind} ${this.leaves.length}`).toString('hex');
    this.append(kind, diary.tag, { hash, authorKeyId: author.keyId, members: {} });
  }

  checkpoint(): string {
    return protocol.signCheckpoint(this.head(), [this.log.privateKey]);
  }

  head(): { origin: string; size: number; root: Uint8Array } {
    const root = protocol.merkleRoot(protocol.buildLevels(this.leaves));
    return { origin: this.origin, size: this.leaves.length, root };
  }

  chainHead(tag: string, change: Partial<protocol.ChainHead> = {}): BundleLine {
    const { count, lastLeaf } = this.chains.get(tag) ?? { count: 0, lastLeaf: '' };
    const head = { origin: this.origin, tag, count, lastLeaf, treeSize: this.leaves.length, ...change };
    return { line: 'head', note: protocol.signChainHead(head, [this.log.privateKey]) };
  }

  /** The bundle of a diary with the keys of these authors, by what the log is now. */
  bundle(diary: Diary, authors: readonly Author[], rest: readonly BundleLine[] = []): BundleLine[] {
    const levels = protocol.buildLevels(this.leaves);
    const lines = (tag: string): BundleLine[] =>
      (this.chains.get(tag)?.lines ?? []).map((line) => {
        const proof = protocol.inclusionProof(levels, line.index).map((hash) => protocol.encodeHex(hash));
        const { line: name, leaf, index, ...members } = line;
        return { line: name, leaf, index, proof, ...members } as unknown as BundleLine;
      });
    const { origin, size, root } = this.head();
    return [
      {
        line: 'header',
        format: protocol.BUNDLE_FORMAT,
        origin,
        logKey: this.logKey,
        diaryId: diary.id,
        tagSalt: diary.salt,
        treeSize: size,
        rootHash: protocol.encodeHex(root),
      },
      ...authors.flatMap(({ tag }) => [...lines(tag), this.chainHead(tag)]),
      ...lines(diary.tag),
      this.chainHead(diary.tag),
      ...rest,
      { line: 'checkpoint', note: this.checkpoint() },
    ];
  }
}

export function bundleText(lines: readonly BundleLine[]): string {
  return lines.map((line) => protocol.bundleLine(line)).join('');
}

/** A diary in which everything happens that a bundle can tell of. */
export function eventfulWorld(label?: string): { world: World; diary: Diary; authors: Author[]; bundle: BundleLine[] } {
  const world = new World(label);
  const diary = world.diary('diary');
  let ann = world.author('ann');
  const ben = world.author('ben');
  const first = world.write(diary, ann, 'first', {
    title: 'A title',
    tags: ['a', 'b'],
    content: 'One\r\n  two 😀\n日本',
  });
  world.opaque('grant', diary, ann);
  const second = world.write(diary, ben, 'second', { isSigned: false });
  const revised = world.write(diary, ann, 'first', { kind: 'revision', content: 'Another text.' });
  ann = world.rotate(ann);
  world.writeBatch(diary, ann, ['third', 'fourth', 'fifth']);
  world.signLater(diary, ben, second);
  const sixth = world.write(diary, ann, 'sixth');
  world.erase(diary, ann, sixth);
  world.supersede(diary, ann, second, revised);
  world.opaque('run', diary, ann);
  world.write(world.diary('other'), ben, 'elsewhere');
  const relation: BundleLine = {
    line: 'relation',
    id: uuid('relation'),
    relation: 'supports',
    status: 'accepted',
    fromId: first.entryId,
    fromHash: first.hash,
    toId: second.entryId,
    toHash: second.hash,
    evidence: null,
  };
  return { world, diary, authors: [ann, ben], bundle: world.bundle(diary, [ann, ben], [relation]) };
}
