import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { id } from '../arguments.js';
import { consolidationShape, describeConsolidation, toConsolidation } from '../consolidation.js';
import { defineTool } from '../tool.js';

export const consolidationsRevert = defineTool({
  name: 'consolidations_revert',
  title: 'Take a consolidation back',
  description: 'Makes its sources active again and deletes the semantic entries that took their place.',
  effect: 'deletes',
  input: z.strictObject({ consolidation_id: id }),
  output: z.object({ ...written, consolidation: consolidationShape.optional() }),
  async run(api, { consolidation_id }, options) {
    const answer = await api.send('revertConsolidation', { path: { consolidationId: consolidation_id } }, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    const consolidation = toConsolidation(answer.body);
    return { text: describeConsolidation(consolidation), data: { status: 'done' as const, consolidation } };
  },
});
