import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import type { Entry } from '../api.js';
import { entryType, id, importance, present, requestId, tags } from '../arguments.js';
import { defineTool } from '../tool.js';

export const entriesCreate = defineTool({
  name: 'entries_create',
  title: 'Write an entry',
  description:
    'Writes one memory to a diary: one fact, event or lesson, understandable without this conversation. Says whether the diary had it already.',
  effect: 'creates',
  input: z.strictObject({
    diary_id: id,
    content: z.string().min(1),
    title: z.string().optional(),
    type: entryType
      .default('episodic')
      .describe('episodic: what happened; semantic: what is so; procedural: how to; reflection: what to make of it'),
    tags: tags.optional(),
    importance: importance.optional().describe('5 is usual'),
    request_id: requestId,
  }),
  output: z.object({
    ...written,
    entry_id: z.string().optional(),
    version: z.int().optional(),
    verdict: z.enum(['new', 'near_duplicate', 'exact_duplicate']).optional(),
    duplicate_of: z.string().nullable().optional(),
    content_hash: z.string().optional(),
  }),
  async run(api, { diary_id, request_id: _, ...entry }, options) {
    const input = { path: { diaryId: diary_id }, body: { ...present(entry), content: entry.content } };
    const answer = await api.send('createEntry', input, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    const { id: entry_id, version, verdict, duplicateOf: duplicate_of, contentHash, workflowId } = answer.body;
    return {
      text: `Written as entry ${entry_id}, version ${version}. ${verdictText(answer.body)}`.trim(),
      data: {
        status: 'done' as const,
        workflow_id: workflowId,
        entry_id,
        version,
        verdict,
        duplicate_of,
        content_hash: contentHash,
      },
    };
  },
});

/** Nothing is ever dropped: what to do about a double is the writer's to decide. */
function verdictText({ verdict, duplicateOf }: Entry): string {
  if (verdict === 'new') return '';
  const likeness = verdict === 'exact_duplicate' ? 'exactly this text' : 'nearly this text';
  return `The diary already has ${likeness}: entry ${duplicateOf ?? 'since deleted'}. Both are kept; if one is enough, entries_delete the new one, or entries_update the old one with what is new.`;
}
