import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { id, requestId } from '../arguments.js';
import { consolidationShape, describeConsolidation, toConsolidation } from '../consolidation.js';
import { defineTool } from '../tool.js';

export const consolidationsRun = defineTool({
  name: 'consolidations_run',
  title: 'Consolidate a diary',
  description:
    'Groups the newest episodic entries of a diary and lets one semantic entry take the place of each group, in sentences of its sources. Nothing is deleted; consolidations_revert takes it back. dry_run only shows what it would do.',
  effect: 'creates',
  input: z.strictObject({
    diary_id: id,
    dry_run: z.boolean().default(false),
    window: z.int().min(1).max(2_000).default(100).describe('How many of the newest entries are looked at'),
    request_id: requestId,
  }),
  output: z.object({ ...written, consolidation: consolidationShape.optional() }),
  async run(api, { diary_id, dry_run, window }, options) {
    const body = { dryRun: dry_run, window };
    const answer = await api.send('consolidateDiary', { path: { diaryId: diary_id }, body }, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    const consolidation = toConsolidation(answer.body);
    return { text: describeConsolidation(consolidation), data: { status: 'done' as const, consolidation } };
  },
});
