/** Which check a line failed. Programs branch on these names: they do not change. */
export type BundleCheck =
  | 'limit'
  | 'json'
  | 'shape'
  | 'order'
  | 'header'
  | 'logKey'
  | 'leaf'
  | 'chain'
  | 'proof'
  | 'key'
  | 'head'
  | 'trust'
  | 'entry'
  | 'body'
  | 'signature'
  | 'tombstone'
  | 'supersession'
  | 'relation'
  | 'consistency'
  | 'checkpoint'
  | 'truncated';

/** What may be as it is, and a reader should know. */
export type BundleNotice = 'time' | 'foreignKey' | 'author' | 'older' | 'unlinked';

export interface Finding<Name extends string = BundleCheck> {
  /** From 1. */
  line: number;
  check: Name;
  entryId?: string;
  message: string;
}

export interface BundleReport {
  /**
   * `trusted`: all is as it was logged, by a log whose key the verifier knew before. `consistent`: the same, by a log that
   * only the bundle itself vouches for. `broken`: something is wrong, and the findings say what.
   */
  verdict: 'trusted' | 'consistent' | 'broken';
  findings: Finding[];
  /** All of them; of many only the first are kept. */
  findingCount: number;
  notices: Finding<BundleNotice>[];
  noticeCount: number;
  log?: { origin: string; key: string; treeSize: number; rootHash: string };
  diaryId?: string;
  counts: BundleCounts;
}

export interface BundleCounts {
  lines: number;
  entries: number;
  revisions: number;
  /** Entries and revisions with a good signature of their author. */
  signed: number;
  erased: number;
  authors: number;
  relations: number;
}

export const KEPT_FINDINGS_MAX = 100;

/** Thrown by a check; the verifier adds where. */
export class BrokenLine extends Error {
  override readonly name = 'BrokenLine';

  constructor(
    readonly check: BundleCheck,
    message: string,
    readonly entryId?: string,
  ) {
    super(message);
  }
}
