import type { TreeHead } from '../merkle.js';
import type { NoteKey } from '../note.js';
import { KEPT_FINDINGS_MAX, type BundleCounts, type BundleNotice, type Finding } from './report.js';

export interface VerifyOptions {
  /** Keys of logs that the verifier knew before, each for the origin that it names. */
  trustedKeys?: readonly NoteKey[];
  /** Of each log, the tree that the verifier saw last: a bundle's must be the same or continue it. */
  seen?: readonly SeenTree[];
}

/** A tree that a log is known to have signed. */
export interface SeenTree extends TreeHead {
  origin: string;
}

/** A chain as far as the bundle was read. `lastLeaf` is in hex. */
export interface ChainState {
  count: number;
  lastLeaf: string;
  lastIndex: number;
  lastLine: number;
  isClosed: boolean;
}

/** An author's key: good for what stands in the log from `from` on and before `until`. */
export interface KeyState {
  publicKey: string;
  from: number;
  until: number;
}

export interface AgentState {
  agentKeyId: string;
  epoch: number;
  currentKeyId: string | undefined;
}

export interface VersionState {
  hash: string;
  authorKeyId: string;
  isSigned: boolean;
}

export interface EntryState {
  versions: VersionState[];
  line: number;
  lacksBody: boolean;
  isErased: boolean;
}

/** The parts of a bundle, in their order. */
export const PARTS = ['header', 'authors', 'diary', 'rest', 'end'] as const;
export type Part = (typeof PARTS)[number];

/** What verifying remembers of the lines before: ids and hashes, never a text. */
export interface VerifierState {
  options: VerifyOptions;
  lineNumber: number;
  part: Part;
  header: HeaderState | undefined;
  chains: Map<string, ChainState>;
  agents: Map<string, AgentState>;
  keys: Map<string, KeyState>;
  foreignKeys: Map<string, string>;
  entries: Map<string, EntryState>;
  lastAt: string;
  isLinked: boolean;
  findings: Finding[];
  findingCount: number;
  notices: Finding<BundleNotice>[];
  noticeCount: number;
  counts: BundleCounts;
}

export interface HeaderState {
  origin: string;
  logKey: NoteKey;
  diaryId: string;
  tag: string;
  tree: TreeHead;
  rootHash: string;
  /** All that the verifier trusts, with those that they handed over to. */
  trustedKeys: readonly NoteKey[];
  seen: SeenTree | undefined;
}

export function startState(options: VerifyOptions): VerifierState {
  return {
    options,
    lineNumber: 0,
    part: 'header',
    header: undefined,
    chains: new Map(),
    agents: new Map(),
    keys: new Map(),
    foreignKeys: new Map(),
    entries: new Map(),
    lastAt: '',
    isLinked: false,
    findings: [],
    findingCount: 0,
    notices: [],
    noticeCount: 0,
    counts: { lines: 0, entries: 0, revisions: 0, signed: 0, erased: 0, authors: 0, relations: 0 },
  };
}

/** The keys that notes are checked with: the trusted ones of this origin, or else the bundle's own. */
export function noteKeysOf({ origin, trustedKeys, logKey }: HeaderState): {
  keys: readonly NoteKey[];
  isTrusted: boolean;
} {
  const trusted = trustedKeys.filter(({ name }) => name === origin);
  return trusted.length > 0 ? { keys: trusted, isTrusted: true } : { keys: [logKey], isTrusted: false };
}

export function addFinding(state: VerifierState, finding: Finding): void {
  state.findingCount++;
  if (state.findings.length < KEPT_FINDINGS_MAX) state.findings.push(finding);
}

export function addNotice(state: VerifierState, check: BundleNotice, message: string, entryId?: string): void {
  state.noticeCount++;
  if (state.notices.length >= KEPT_FINDINGS_MAX) return;
  state.notices.push({ line: state.lineNumber, check, ...(entryId !== undefined && { entryId }), message });
}
