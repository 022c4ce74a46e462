import { bodyCommitment, contentHash, readEntryHeader, type EntryHeader } from '@moltnet/protocol';
import { coveringInput } from './coveringInput.js';
import type { EntryProof, NewEntry, RefusalReason } from './newEntry.js';
import type { SigningKey } from './signingKey.js';
import { verifySignatures } from './verifySignatures.js';

/** How far the signed time may lie from the time of receipt, on either side: clocks differ, and requests are repeated. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000;

export interface ProofRefusal {
  reason: Extract<RefusalReason, 'InvalidInput' | 'ClockSkew'>;
  message: string;
  /** True where time has passed and nothing is forged: a header that was accepted before is the same entry all the same. */
  onlyLate: boolean;
}

export type SignedEntry = NewEntry & { proof: EntryProof };

export function isSigned(entry: NewEntry): entry is SignedEntry {
  return entry.proof !== undefined;
}

/**
 * Which entries are not what their author signed: the header must say what the entry says, the key must be the author's
 * and in use, the signature must be that key's, and the time must be now. By the entries themselves: a run carries those
 * of several agents, and an id is only claimed by them.
 */
export async function judgeProofs(
  entries: SignedEntry[],
  keys: ReadonlyMap<string, SigningKey>,
): Promise<Map<NewEntry, ProofRefusal>> {
  const refusals = new Map<NewEntry, ProofRefusal>();
  const byKey = new Map<SigningKey, SignedEntry[]>();
  for (const entry of entries) {
    const key = keys.get(entry.authorKeyId);
    const refusal = judgeHeader(entry, key);
    if (refusal) refusals.set(entry, refusal);
    if (!key || (refusal && !refusal.onlyLate)) continue;
    const ofKey = byKey.get(key) ?? [];
    if (ofKey.push(entry) === 1) byKey.set(key, ofKey);
  }
  for (const [key, signed] of byKey) {
    const good = await verifyAll(key, signed);
    for (const entry of signed) {
      if (!good.has(entry))
        refusals.set(entry, forged(`proof.signature is not by the key ${key.keyId} over this header.`));
    }
  }
  return refusals;
}

/** Those whose signature is the key's. One that covers many entries is verified once. */
async function verifyAll({ publicKey }: SigningKey, entries: SignedEntry[]): Promise<Set<SignedEntry>> {
  const covered = new Map<string, { input: string; signature: string; entries: SignedEntry[] }>();
  for (const entry of entries) {
    const { header, signature, path } = entry.proof;
    const input = coveringInput(contentHash(readEntryHeader(header)), path);
    if (input === undefined) continue;
    const signed = covered.get(`${input} ${signature}`) ?? { input, signature, entries: [] };
    if (signed.entries.push(entry) === 1) covered.set(`${input} ${signature}`, signed);
  }
  const all = [...covered.values()];
  const good = await verifySignatures(publicKey, all);
  return new Set(all.flatMap((signed, i) => (good[i] ? signed.entries : [])));
}

function judgeHeader(entry: SignedEntry, key: SigningKey | undefined): ProofRefusal | undefined {
  const difference = findDifference(entry, readEntryHeader(entry.proof.header));
  if (difference) return forged(`proof.header is not this entry's: ${difference}`);
  if (key?.agentId !== entry.authorId) return forged(`The key ${entry.authorKeyId} of the header is not one of yours.`);
  if (key.endedAt) {
    const message = `The key ${key.keyId} ended at ${key.endedAt.toISOString()}: sign with the one that you have now.`;
    return { reason: 'InvalidInput', message, onlyLate: true };
  }
  return judgeTime(entry);
}

function judgeTime({ createdAt, proof: { receivedAt } }: SignedEntry): ProofRefusal | undefined {
  const skewMs = Date.parse(createdAt) - Date.parse(receivedAt);
  if (Math.abs(skewMs) <= MAX_CLOCK_SKEW_MS) return undefined;
  const where = skewMs < 0 ? 'earlier' : 'later';
  const message = `The entry is signed for ${createdAt}, more than five minutes ${where} than it came (${receivedAt}): sign it anew.`;
  return { reason: 'ClockSkew', message, onlyLate: true };
}

/** The first field in which the header and the entry differ, in words. */
function findDifference(entry: SignedEntry, header: EntryHeader): string | undefined {
  const { id, diaryId, authorKeyId, createdAt, type, importance } = entry;
  const said = { entryId: id, diaryId, authorKeyId, createdAt, type, importance };
  for (const [field, value] of Object.entries(said)) {
    const signed = header[field as keyof typeof said];
    if (signed !== value) return `${field} was signed as ${signed}, and is ${value} in the request.`;
  }
  if (header.bodyCommitment === bodyCommitment(entry)) return undefined;
  return 'bodyCommitment is another one: title, content, tags or salt are not those that were signed.';
}

const forged = (message: string): ProofRefusal => ({ reason: 'InvalidInput', message, onlyLate: false });
