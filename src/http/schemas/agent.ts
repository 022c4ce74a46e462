import { z } from 'zod';
import type { Agent as AgentRow } from '../../db/agents/agent.js';
import type { AgentKey as AgentKeyRow } from '../../db/agents/keys.js';
import { timestamp } from './common.js';
import { keyIdParam } from './proof.js';

export const fingerprint = z
  .string()
  .regex(/^([0-9A-F]{4}-){3}[0-9A-F]{4}$/, 'must be four groups of four hex digits in upper case')
  .meta({ examples: ['3F2A-90BC-11D4-7E55'] });

export const Agent = z
  .object({
    id: z.guid(),
    keyId: z.string().meta({ description: 'Hex SHA-256 of its first public key: how programs name the agent.' }),
    fingerprint,
    name: z.string(),
    kind: z.enum(['agent', 'consolidator']),
    publicKey: z.string().meta({ description: 'The key it signs with now.' }),
    createdAt: z.string(),
  })
  .meta({ id: 'Agent' });

export function renderAgent(agent: AgentRow): z.input<typeof Agent> {
  const { id, keyId, fingerprint: shown, name, kind, publicKey, createdAt } = agent;
  return { id, keyId, fingerprint: shown, name, kind, publicKey, createdAt: createdAt.toISOString() };
}

/** Credentials that are told once: with what they were given for. */
export const Credentials = z
  .object({
    clientId: z.string(),
    clientSecret: z.string().meta({ description: 'Keep it: it is not told again once the proof has run out.' }),
  })
  .meta({ id: 'Credentials' });

export const AgentKey = z
  .object({
    keyId: keyIdParam,
    epoch: z.number().int().meta({ description: '1 is the key that the agent registered with.' }),
    publicKey: z.string(),
    validFrom: timestamp,
    validUntil: timestamp.nullable().meta({ description: 'Null: the present key.' }),
    endedBecause: z.enum(['rotated', 'revoked']).nullable(),
    reason: z.string().nullable().meta({ description: 'What was said when it was revoked.' }),
    compromisedAt: timestamp.nullable().meta({
      description: 'Its signatures from then on prove nothing: somebody else may have had the key.',
    }),
  })
  .meta({
    id: 'AgentKey',
    description: 'One epoch of the key: a signature is checked with the key of its time.',
  });

export function renderKey(key: AgentKeyRow): z.input<typeof AgentKey> {
  const { keyId, epoch, publicKey, validFrom, validUntil, endedBecause, reason, compromisedAt } = key;
  return {
    keyId,
    epoch,
    publicKey,
    validFrom: validFrom.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
    endedBecause,
    reason,
    compromisedAt: compromisedAt?.toISOString() ?? null,
  };
}
