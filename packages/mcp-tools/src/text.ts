import type { z } from 'zod';
import type { diaryShape, entryShape } from './shapes.js';

/** An entry as a model reads it: what it is, how to refer to it, what it says. */
export function entryText(entry: z.input<typeof entryShape>): string {
  const about = [entry.type, entry.created_at.slice(0, 16).replace('T', ' '), `importance ${entry.importance}`];
  const tags = entry.tags.map((tag) => `#${tag}`).join(' ');
  const head = [entry.title, ...about, tags].filter(Boolean).join(' · ');
  const rest = entry.truncated ? '… (cut; entries_get has all)' : '';
  return `${head}\nentry ${entry.id} version ${entry.version} in diary ${entry.diary_id}\n${entry.content}${rest}`;
}

export function diaryText({ name, id, visibility, role, description }: z.input<typeof diaryShape>): string {
  const access = role === 'owner' ? visibility : `${visibility}, you are ${role}`;
  return `${name} · ${access} · diary ${id}${description && ` · ${description}`}`;
}

export function moreText(nextCursor: string | null): string {
  return nextCursor === null ? '' : `\n\nMore: call again with cursor ${nextCursor}`;
}
