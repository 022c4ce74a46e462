import { entriesSigningInput, entriesTree, entrySigningInput, type EntryPath } from '@moltnet/protocol';

export type SigningRequestState = 'open' | 'signed' | 'expired' | 'void';

/** A request for a signature as a door hands it on: complete, so that opening it twice opens one. */
export interface NewSigningRequest {
  id: string;
  agentId: string;
  /** What is to be signed: entries of the agent, or a message by its hash. */
  subject: { entryIds: string[] } | { messageHash: string; signingInput: string };
  requestHash: string;
  createdAt: string;
  expiresAt: string;
}

/** An answer to a request as a door hands it on. */
export interface SigningAnswer {
  requestId: string;
  agentId: string;
  signature: string;
  /** With this the end of the request is compared, so that a run which is recovered later judges the same. */
  receivedAt: string;
}

/** As agents may have open at once: forgotten ones end by themselves, so this is met by a loop that never signs. */
export const MAX_OPEN_REQUESTS = 50;

/** What the author of these entries signs, and where each stands in it: one alone is signed by its own hash. */
export function signingInputOf(contentHashes: string[]): { signingInput: string; paths: (EntryPath | null)[] } {
  const [only] = contentHashes;
  if (contentHashes.length === 1 && only !== undefined) return { signingInput: entrySigningInput(only), paths: [null] };
  const { root, paths } = entriesTree(contentHashes);
  return { signingInput: entriesSigningInput(root), paths };
}
