import { canonicalJson, sha256Hex } from '@moltnet/protocol';
import { uuidOfHash } from '../uuidOfHash.js';
import { GROUPING, type GroupingLimits } from './groupSources.js';
import { SPLITTER } from './splitSentences.js';
import { SUMMARY } from './summariseGroup.js';

/** What a run is asked to do, as a door or the clock hands it on. */
export interface ConsolidationRequest {
  runId: string;
  diaryId: string;
  /** Null for the clock. */
  requestedBy: string | null;
  dryRun: boolean;
  limits: ConsolidationLimits;
  /** RFC 3339 UTC with milliseconds: when the successors are written, as their headers hash it. */
  at: string;
}

export interface ConsolidationLimits extends GroupingLimits {
  /** Newest entries that are looked at. */
  window: number;
  /** Entries with one of these stay as they are. */
  pinnedTags: string[];
}

/** When and how the clock consolidates a diary; its owner's or a manager's to set. */
export interface ConsolidationPolicy extends ConsolidationLimits {
  enabled: boolean;
  /** Entries since the last run from which a diary is due. */
  minNew: number;
  /** A diary with fewer is due once the oldest of them is this old. */
  maxAgeHours: number;
}

export const DEFAULT_LIMITS: ConsolidationLimits = { window: 100, minSize: 3, maxSize: 25, pinnedTags: ['pinned'] };

/** How long a run can be reverted. */
export const REVERTIBLE_DAYS = 30;

/** What whoever repeats a run needs besides its sources. */
export const ALGORITHMS = { grouping: GROUPING, summary: SUMMARY, splitter: SPLITTER };

/** What became of a run. `sources` = `superseded` + `kept`, always. */
export interface ConsolidationReport {
  sources: number;
  superseded: number;
  kept: number;
  groups: number;
  /** Groups whose sources changed while the run worked. */
  dropped: number;
  /** Why a run failed; its sources are all as they were. */
  error: string | null;
}

/** What the log keeps of a run that was applied or reverted: SHA-256 of its id, what happened, and its successors: their hashes when they came, their ids when they went. */
export function runHash(runId: string, change: 'applied' | 'reverted', successors: readonly string[]): string {
  return sha256Hex(canonicalJson(['moltnet:run:v1', runId, change, ...successors]));
}

/** The id of the relation by which a successor supersedes a source: the same in every attempt. */
export function supersessionId(successor: string, source: string): string {
  return uuidOfHash(sha256Hex(`moltnet:supersession:v1\n${successor}\n${source}`));
}

/** The id of a group's successor: the same in every attempt of a run, another in every other run. */
export function successorId(runId: string, number: number): string {
  return uuidOfHash(sha256Hex(`moltnet:successor:v1\n${runId}\n${number}`));
}
