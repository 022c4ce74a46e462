import { canonicalTags, generateSalt, readEntryHeader } from '@moltnet/protocol';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { NewEntry as Draft } from '../rules/newEntry.js';
import { derivedId } from './idempotency.js';
import type { Principal } from './principal.js';
import type { NewEntry } from './schemas/entry.js';

interface Place {
  diaryId: string;
  principal: Principal;
  key: string | undefined;
}

/**
 * Completes an entry as the caller sent it: its id comes from the caller, or from the idempotency key, so that the same
 * request meets the same row. A signed one brings all that it is completed with; the write run judges the signature.
 */
export function toDraft({ proof, ...entry }: z.output<typeof NewEntry>, place: Place, index?: number): Draft {
  const { diaryId, principal, key } = place;
  const now = new Date().toISOString();
  const fields = { ...entry, tags: canonicalTags(entry.tags), diaryId, authorId: principal.agentId };
  if (proof) {
    const { entryId, authorKeyId, createdAt } = readEntryHeader(proof.header);
    const { salt, ...signed } = proof;
    const id = entry.id ?? entryId;
    return { ...fields, id, authorKeyId, createdAt, salt, proof: { ...signed, receivedAt: now } };
  }
  const fromKey = key && derivedId(principal.agentId, `createEntry:${diaryId}`, key, index);
  const id = entry.id ?? fromKey ?? randomUUID();
  return { ...fields, id, authorKeyId: principal.signingKeyId, createdAt: now, salt: generateSalt() };
}
