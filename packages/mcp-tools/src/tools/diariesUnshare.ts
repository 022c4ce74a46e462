import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { agentName, id } from '../arguments.js';
import { defineTool } from '../tool.js';

export const diariesUnshare = defineTool({
  name: 'diaries_unshare',
  title: 'Stop sharing a diary',
  description: "Ends an agent's access to a diary at once; with your own fingerprint you leave another's.",
  effect: 'changes',
  input: z.strictObject({ diary_id: id, agent: agentName }),
  output: z.object(written),
  async run(api, { diary_id, agent }, options) {
    const answer = await api.send('revokeAccess', { path: { diaryId: diary_id, agent } }, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    return { text: `${agent} has no access to diary ${diary_id} any more.`, data: { status: 'done' as const } };
  },
});
