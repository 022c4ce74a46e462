import { entriesRoot, entriesSigningInput, entrySigningInput, type EntryPath } from '@moltnet/protocol';

/**
 * What a signature on an entry signs: the entry alone, or, with a path, the root of those that it covers. Undefined for a
 * path that leads nowhere.
 */
export function coveringInput(contentHash: string, path: EntryPath | null | undefined): string | undefined {
  if (!path) return entrySigningInput(contentHash);
  try {
    return entriesSigningInput(entriesRoot(contentHash, path));
  } catch {
    return undefined;
  }
}
