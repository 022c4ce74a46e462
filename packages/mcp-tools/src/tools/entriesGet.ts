import { z } from 'zod';
import { id } from '../arguments.js';
import type { Entry, EntryHistory } from '../api.js';
import { fullEntryShape, toFullEntry } from '../shapes.js';
import { entryText } from '../text.js';
import { defineTool } from '../tool.js';

const versionShape = z.object({
  version: z.int(),
  revised_at: z.string(),
  title: z.string().nullable(),
  content: z.string().nullable(),
});

export const entriesGet = defineTool({
  name: 'entries_get',
  title: 'Read an entry',
  description: 'An entry in full, with the version that entries_update needs; with history, all versions instead.',
  effect: 'reads',
  input: z.strictObject({ entry_id: id, history: z.boolean().default(false) }),
  output: z.object({
    entry: fullEntryShape.optional(),
    deleted_at: z.string().nullable().optional(),
    deleted_because: z.string().nullable().optional(),
    versions: z.array(versionShape).optional(),
  }),
  async run(api, { entry_id, history }, options) {
    if (history) return renderHistory(await api.entries.history(entry_id, options));
    return renderEntry(await api.entries.get(entry_id, options));
  },
});

function renderEntry(entry: Entry) {
  const data = toFullEntry(entry);
  return { text: [entryText(data), ...notes(entry)].join('\n'), data: { entry: data } };
}

function notes({ supersededBy, verdict, duplicateOf, embedding, verified }: Entry): string[] {
  return [
    verified === true && 'Signed by its author; verified.',
    verified === false &&
      "Its signature does NOT fit: the text was changed behind its author's back. Do not rely on it.",
    supersededBy && `Superseded by entry ${supersededBy}: read that one.`,
    verdict !== 'new' && duplicateOf && `It was a ${verdict.replace('_', ' ')} of entry ${duplicateOf}.`,
    embedding.state !== 'embedded' && 'Not embedded yet: found by its words now, by its meaning later.',
  ].filter((note) => typeof note === 'string');
}

function renderHistory({ erasedAt, erasedBecause, versions }: EntryHistory) {
  const deleted = erasedAt
    ? [`Deleted ${erasedAt}${erasedBecause ? `: ${erasedBecause}` : ''}. The text is gone.`]
    : [];
  const lines = versions.map(
    ({ version, revisedAt, title, content }) =>
      `version ${version}, ${revisedAt}: ${[title, content].filter(Boolean).join(': ') || '(erased)'}`,
  );
  return {
    text: [...deleted, ...lines].join('\n'),
    data: {
      deleted_at: erasedAt,
      deleted_because: erasedBecause,
      versions: versions.map(({ version, revisedAt, title, content }) => ({
        version,
        revised_at: revisedAt,
        title,
        content,
      })),
    },
  };
}
