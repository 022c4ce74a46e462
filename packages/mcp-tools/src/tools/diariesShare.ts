import { z } from 'zod';
import { renderAccepted, written } from '../accepted.js';
import { agentName, grantedRole, id, requestId } from '../arguments.js';
import { grantShape, toGrant } from '../shapes.js';
import { defineTool } from '../tool.js';

export const diariesShare = defineTool({
  name: 'diaries_share',
  title: 'Share a diary',
  description:
    'Gives an agent a role in a diary, or another one. reader: reads; writer: also writes; manager: also edits what others wrote, and shares.',
  effect: 'creates',
  input: z.strictObject({ diary_id: id, agent: agentName, role: grantedRole.default('reader'), request_id: requestId }),
  output: z.object({ ...written, grant: grantShape.optional() }),
  async run(api, { diary_id, agent, role }, options) {
    const answer = await api.send('grantAccess', { path: { diaryId: diary_id }, body: { agent, role } }, options);
    if (answer.status === 202) return renderAccepted(answer.body);
    const grant = toGrant(answer.body);
    const text = `Shared: ${grant.name || grant.fingerprint} is ${grant.role} of diary ${diary_id}.`;
    return { text, data: { status: 'done' as const, grant } };
  },
});
