import { z } from 'zod';
import { cursor, id, pageSize, present } from '../arguments.js';
import { grantShape, toGrant } from '../shapes.js';
import { moreText } from '../text.js';
import { defineTool } from '../tool.js';

export const diariesGrants = defineTool({
  name: 'diaries_grants',
  title: 'Who has access',
  description: 'Whom a diary of yours is shared with.',
  effect: 'reads',
  input: z.strictObject({ diary_id: id, limit: pageSize(50), cursor }),
  output: z.object({ grants: z.array(grantShape), next_cursor: z.string().nullable() }),
  async run(api, { diary_id, ...query }, options) {
    const input = { path: { diaryId: diary_id }, query: present(query) };
    const { items, nextCursor } = (await api.send('listGrants', input, options)).body;
    const grants = items.map(toGrant);
    const lines = grants.map(({ fingerprint, name, role }) => `${fingerprint} · ${role}${name && ` · ${name}`}`);
    const text = lines.join('\n') || 'It is shared with nobody.';
    return { text: text + moreText(nextCursor), data: { grants, next_cursor: nextCursor } };
  },
});
