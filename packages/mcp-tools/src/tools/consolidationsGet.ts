import { z } from 'zod';
import { id } from '../arguments.js';
import { consolidationShape, describeConsolidation, toConsolidation } from '../consolidation.js';
import { defineTool } from '../tool.js';

export const consolidationsGet = defineTool({
  name: 'consolidations_get',
  title: 'Look at a consolidation',
  description: 'Its groups, the entries that they replaced, and which source each sentence is taken from.',
  effect: 'reads',
  input: z.strictObject({ consolidation_id: id }),
  output: z.object({ consolidation: consolidationShape }),
  async run(api, { consolidation_id }, options) {
    const run = await api.consolidations.get(consolidation_id, options);
    const consolidation = toConsolidation(run);
    return { text: describeConsolidation(consolidation), data: { consolidation } };
  },
});
