import { z } from 'zod';
import type { Agent, Diary, Entry, Grant } from './api.js';

/** What tools and resources give back of agents, diaries and entries, in the names of the tools' arguments. */
export const agentShape = z.object({
  id: z.string(),
  fingerprint: z.string(),
  name: z.string(),
  kind: z.string(),
  public_key: z.string(),
});

export function toAgent({ id, fingerprint, name, kind, publicKey }: Agent): z.input<typeof agentShape> {
  return { id, fingerprint, name, kind, public_key: publicKey };
}

export const diaryShape = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  visibility: z.string(),
  owner_id: z.string(),
  role: z.string(),
  version: z.int(),
  created_at: z.string(),
});

export function toDiary(diary: Diary): z.input<typeof diaryShape> {
  const { id, name, description, visibility, role, version } = diary;
  return { id, name, description, visibility, owner_id: diary.ownerId, role, version, created_at: diary.createdAt };
}

export const grantShape = z.object({
  agent_id: z.string(),
  fingerprint: z.string(),
  name: z.string(),
  role: z.string(),
  granted_at: z.string(),
});

export function toGrant({ agent, role, grantedAt }: Grant): z.input<typeof grantShape> {
  return { agent_id: agent.id, fingerprint: agent.fingerprint, name: agent.name, role, granted_at: grantedAt };
}

/** An entry in a list: enough to judge it, and to read or change it. */
export const entryShape = z.object({
  id: z.string(),
  diary_id: z.string(),
  author: z.string(),
  type: z.string(),
  title: z.string(),
  content: z.string(),
  truncated: z.boolean().optional(),
  tags: z.array(z.string()),
  importance: z.int(),
  version: z.int(),
  created_at: z.string(),
});

/** The content is cut after `maxCharacters`, which `truncated` says. */
export function toEntry(entry: Entry, maxCharacters = Infinity): z.input<typeof entryShape> {
  const { id, type, title, tags, importance, version } = entry;
  const { content, truncated } = cut(entry.content, maxCharacters);
  const place = { id, diary_id: entry.diaryId, author: entry.author.fingerprint };
  return {
    ...place,
    type,
    title,
    content,
    ...(truncated && { truncated }),
    tags,
    importance,
    version,
    created_at: entry.createdAt,
  };
}

/** By code points, so that no surrogate is left alone. */
function cut(content: string, maxCharacters: number): { content: string; truncated: boolean } {
  if (content.length <= maxCharacters) return { content, truncated: false };
  const kept = [...content.slice(0, 2 * maxCharacters)].slice(0, maxCharacters).join('');
  return { content: kept, truncated: kept.length < content.length };
}

/** All that there is to know of one entry. */
export const fullEntryShape = entryShape.extend({
  revised_at: z.string(),
  content_hash: z.string(),
  superseded_by: z.string().nullable(),
  verdict: z.string(),
  duplicate_of: z.string().nullable(),
  embedding: z.string(),
  signature: z.string().nullable(),
  signed_by: z.string().nullable(),
  verified: z.boolean().nullable(),
});

export function toFullEntry(entry: Entry): z.input<typeof fullEntryShape> {
  const { verdict, embedding } = entry;
  return {
    ...toEntry(entry),
    revised_at: entry.revisedAt,
    content_hash: entry.contentHash,
    superseded_by: entry.supersededBy,
    verdict,
    duplicate_of: entry.duplicateOf,
    embedding: embedding.state,
    signature: entry.signature,
    signed_by: entry.signedBy?.keyId ?? null,
    verified: entry.verified,
  };
}
