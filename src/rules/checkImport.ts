import { contentHash, keyId, type BundleLine, type BundleReport } from '@moltnet/protocol';

/** What a run that imports a bundle is given. */
export interface DiaryImport {
  importId: string;
  diaryId: string;
  agentId: string;
  /** The agent's key, for which the log here takes what is imported. */
  keyId: string;
  /** Of the diary, where it is not here. */
  name: string;
  createdAt: string;
  runId: string;
}

/** The lines of a bundle as they go by, for what must hold here beyond what any verifier checks. */
export interface ImportCheck {
  see(line: BundleLine): void;
  /** Why the bundle is not taken; undefined where it is. */
  refusal(report: BundleReport): string | undefined;
  /** The keys that the bundle brings, by their ids. */
  keys: Map<string, string>;
}

/**
 * Whoever makes a bundle writes into it what they like; only signatures show who wrote. So what others than the importing
 * agent are said to have written must be signed, unless the log that vouches for it is one that is trusted here.
 */
export function createImportCheck({
  diaryId,
  ownKeys,
}: {
  diaryId: string;
  ownKeys: ReadonlySet<string>;
}): ImportCheck {
  const unsigned = new Map<string, string>();
  const keys = new Map<string, string>();
  const used = new Set<string>();

  function see(line: BundleLine): void {
    if ((line.line === 'key' || line.line === 'foreignKey') && line.publicKey !== null) {
      keys.set(keyId(line.publicKey), line.publicKey);
    } else if (line.line === 'entry' || line.line === 'revision') {
      used.add(line.header.authorKeyId);
      const isOwn = ownKeys.has(line.header.authorKeyId);
      if (!isOwn && line.signature === null) unsigned.set(contentHash(line.header), line.header.entryId);
    } else if (line.line === 'signature') {
      unsigned.delete(line.contentHash);
    }
  }

  function refusal(report: BundleReport): string | undefined {
    const [first] = report.findings;
    if (first) return `The bundle is broken: line ${first.line} ${first.message} (${first.check}).`;
    if (report.diaryId !== diaryId) return `The bundle is of the diary ${report.diaryId}: import it under that id.`;
    const [entryId] = unsigned.values();
    if (entryId !== undefined && report.verdict !== 'trusted') {
      return `The entry ${entryId} is said to be by somebody else, who has not signed it, and the log of the bundle is not known here: only entries that are yours or signed are taken from it.`;
    }
    const unknown = [...used].find((id) => !keys.has(id) && !ownKeys.has(id));
    return unknown === undefined ? undefined : `The bundle does not have the key ${unknown} of one of its authors.`;
  }

  return { see, refusal, keys };
}
