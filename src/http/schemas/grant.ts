import { z } from 'zod';
import type { Grant as GrantRow } from '../../db/diaries/readGrants.js';
import { GRANTED_ROLES } from '../../rules/permissions.js';
import { timestamp, uuid } from './common.js';

const role = z.enum(GRANTED_ROLES).meta({
  description:
    'reader: reads; writer: also writes, and changes its own entries; manager: also changes those of others, and shares the diary with readers and writers.',
});

/** Three names of one agent, told apart by their form. */
export const agentName = z
  .string()
  .regex(
    /^([0-9A-F]{4}(-[0-9A-F]{4}){3}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64})$/,
    'must be the fingerprint, the id or the key id of an agent',
  )
  .meta({ description: 'The fingerprint, the id or the key id of an agent.', examples: ['3F2A-90BC-11D4-7E55'] });

export const NewGrant = z
  .strictObject({ agent: agentName, role: role.default('reader') })
  .meta({ id: 'NewGrant', examples: [{ agent: '3F2A-90BC-11D4-7E55', role: 'reader' }] });

export const Grant = z
  .object({
    diaryId: uuid,
    agent: z.object({ id: uuid, keyId: z.string(), fingerprint: z.string(), name: z.string() }),
    role,
    version: z.number().int().meta({ description: 'Counts the changes of this access, revocations too.' }),
    grantedBy: uuid,
    grantedAt: timestamp,
  })
  .meta({ id: 'Grant', description: 'What an agent may do in a diary that it does not own.' });

export function renderGrant(grant: GrantRow): z.input<typeof Grant> {
  const { diaryId, role: granted, version, grantedBy, grantedAt } = grant;
  const { agentId: id, agentKeyId: keyId, agentFingerprint: fingerprint, agentName: name } = grant;
  const agent = { id, keyId, fingerprint, name };
  return { diaryId, agent, role: granted, version, grantedBy, grantedAt: grantedAt.toISOString() };
}
