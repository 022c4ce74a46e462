import type { EntryPath } from '../entriesTree.js';
import type { EntryBody, EntryHeader } from '../entry.js';
import type { KeyEvent, Leaf, LeafKind, Supersession, Tombstone } from '../leaf.js';
import type { StrictValue } from './strictJson.js';

/** The lines of a bundle (docs/bundle.md), in the order in which they stand. */
export type BundleLine =
  | HeaderLine
  | LogKeyChangeLine
  | KeyLine
  | ForeignKeyLine
  | HeadLine
  | EntryLine
  | SignatureLine
  | TombstoneLine
  | SupersessionLine
  | OpaqueLine
  | RelationLine
  | ConsistencyLine
  | CheckpointLine;

export const BUNDLE_FORMAT = 'moltnet:bundle:v1';

export interface HeaderLine {
  line: 'header';
  format: typeof BUNDLE_FORMAT;
  /** The log's name, and its key as formatNoteKey writes it. */
  origin: string;
  logKey: string;
  diaryId: string;
  /** What makes the chain's tag of the diary's id. */
  tagSalt: string;
  /** The tree that every proof of the bundle leads to; the checkpoint at the end signs it. */
  treeSize: number;
  rootHash: string;
}

/** One key of the log hands over to the next (logKeyChangeText): who trusts the first can trust the second. */
export interface LogKeyChangeLine {
  line: 'logKeyChange';
  note: string;
}

/** A leaf of the log as it was hashed: the parts of leafText. */
export type LeafFields = readonly [
  version: 'moltnet:leaf:v1',
  kind: LeafKind,
  tag: string,
  seq: number,
  prevLeaf: string,
  subjectHash: string,
  authorKeyId: string,
  at: string,
];

/** A leaf in its place: index in the log, and the hashes of its inclusion proof in hex. */
interface Placed<K extends LeafKind> {
  line: K;
  leaf: LeafFields;
  index: number;
  proof: readonly string[];
}

/** One event of an author's keys; a key that begins is there itself. */
export interface KeyLine extends Placed<'key'> {
  event: KeyEvent;
  publicKey: string | null;
}

/** The key of an author whom this log does not know, of entries that came from elsewhere. */
export interface ForeignKeyLine {
  line: 'foreignKey';
  publicKey: string;
}

/** The signed end of a chain (chainHeadText). */
export interface HeadLine {
  line: 'head';
  note: string;
}

export interface EntryLine extends Placed<'entry' | 'revision'> {
  header: EntryHeader;
  /** null where it was erased. */
  body: EntryBody | null;
  signature: string | null;
  /** Where the signature covers many entries. */
  signaturePath: EntryPath | null;
}

/** A signature that came later. */
export interface SignatureLine extends Placed<'signature'> {
  entryId: string;
  contentHash: string;
  signature: string;
  signaturePath: EntryPath | null;
}

export interface TombstoneLine extends Placed<'tombstone'> {
  tombstone: Tombstone;
}

export interface SupersessionLine extends Placed<'supersession'> {
  supersession: Supersession;
}

/** Events whose subject the bundle does not tell. */
export type OpaqueLine = Placed<'grant' | 'run' | 'operator'>;

/** Not in the log: consistent at best. */
export interface RelationLine {
  line: 'relation';
  id: string;
  relation: string;
  status: string;
  fromId: string;
  fromHash: string;
  toId: string;
  toHash: string;
  evidence: string | null;
}

/** Shows to whoever saw the tree of `fromSize` leaves before that this one continues it. */
export interface ConsistencyLine {
  line: 'consistency';
  fromSize: number;
  path: readonly string[];
}

export interface CheckpointLine {
  line: 'checkpoint';
  note: string;
}

/** One line of a bundle, with its line feed. */
export function bundleLine(line: BundleLine): string {
  return `${JSON.stringify(line)}\n`;
}

export function leafFields({ kind, tag, seq, prevLeaf, subjectHash, authorKeyId, at }: Leaf): LeafFields {
  return ['moltnet:leaf:v1', kind, tag, seq, prevLeaf, subjectHash, authorKeyId, at];
}

/** Says where a value has not its shape (`.body.tags[3]`), or undefined. What fields mean is checked elsewhere. */
type Shape = (value: StrictValue | undefined, at: string) => string | undefined;

const text: Shape = (value, at) => (typeof value === 'string' ? undefined : at);
const integer: Shape = (value, at) => (typeof value === 'number' ? undefined : at);
const exactly =
  (word: string): Shape =>
  (value, at) =>
    value === word ? undefined : at;
const optional =
  (shape: Shape): Shape =>
  (value, at) =>
    value === null ? undefined : shape(value, at);

/** An array of these shapes, of at least one shape and with the last one repeated where `isOpen`. */
const list =
  (shapes: readonly Shape[], isOpen: boolean): Shape =>
  (value, at) => {
    if (!Array.isArray(value) || (!isOpen && value.length !== shapes.length)) return at;
    return firstFault(value.map((item, i) => (shapes[i] ?? shapes.at(-1)!)(item, `${at}[${i}]`)));
  };

/** All of these members and no other. */
const members =
  (shapes: Record<string, Shape>): Shape =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return at;
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(shapes, name));
    if (unknown !== undefined) return `${at}.${unknown}`;
    return firstFault(Object.entries(shapes).map(([name, shape]) => shape(value[name], `${at}.${name}`)));
  };

function firstFault(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined);
}

const texts = list([text], true);
const placed = {
  leaf: list([exactly('moltnet:leaf:v1'), text, text, integer, text, text, text, text], false),
  index: integer,
  proof: texts,
};
const path = optional(members({ index: integer, size: integer, path: texts }));
const entry = {
  ...placed,
  header: members({
    entryId: text,
    diaryId: text,
    authorKeyId: text,
    createdAt: text,
    type: text,
    importance: integer,
    bodyCommitment: text,
  }),
  body: optional(members({ salt: text, title: text, content: text, tags: texts })),
  signature: optional(text),
  signaturePath: path,
};

const SHAPES: Record<BundleLine['line'], Record<string, Shape>> = {
  header: {
    format: exactly(BUNDLE_FORMAT),
    origin: text,
    logKey: text,
    diaryId: text,
    tagSalt: text,
    treeSize: integer,
    rootHash: text,
  },
  logKeyChange: { note: text },
  key: {
    ...placed,
    event: members({ agentKeyId: text, epoch: integer, keyId: text, change: text, reason: text }),
    publicKey: optional(text),
  },
  foreignKey: { publicKey: text },
  head: { note: text },
  entry,
  revision: entry,
  signature: { ...placed, entryId: text, contentHash: text, signature: text, signaturePath: path },
  tombstone: { ...placed, tombstone: members({ entryId: text, contentHash: text, reason: text }) },
  supersession: {
    ...placed,
    supersession: members({ entryId: text, contentHash: text, successorId: text, successorHash: text }),
  },
  grant: placed,
  run: placed,
  operator: placed,
  relation: {
    id: text,
    relation: text,
    status: text,
    fromId: text,
    fromHash: text,
    toId: text,
    toHash: text,
    evidence: optional(text),
  },
  consistency: { fromSize: integer, path: texts },
  checkpoint: { note: text },
};

/** Where the value is not one of the lines above (`.leaf[3]`), or undefined where it is. */
export function findShapeFault(value: StrictValue): string | undefined {
  const name = (value as { line?: unknown } | null)?.line;
  if (typeof name !== 'string' || !Object.hasOwn(SHAPES, name)) return '.line';
  return members({ line: text, ...SHAPES[name as BundleLine['line']] })(value, '');
}
