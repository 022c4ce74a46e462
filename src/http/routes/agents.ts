import { z } from 'zod';
import { findAgent, findAgentByFingerprint, type Agent as AgentRow } from '../../db/agents/agent.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { defineRoute, type Route } from '../route.js';

const fingerprint = z
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

const Whoami = Agent.extend({ role: z.enum(['agent', 'operator']), clientId: z.string() }).meta({ id: 'Whoami' });

export function renderAgent(agent: AgentRow): z.input<typeof Agent> {
  const { id, keyId, fingerprint: shown, name, kind, publicKey, createdAt } = agent;
  return { id, keyId, fingerprint: shown, name, kind, publicKey, createdAt: createdAt.toISOString() };
}

export function agentRoutes(db: Db): Route[] {
  const whoami = defineRoute({
    method: 'get',
    path: '/agents/whoami',
    operationId: 'whoami',
    summary: 'Who the caller is',
    tags: ['agents'],
    access: 'agent',
    responses: { 200: { description: 'The caller.', schema: Whoami } },
    handler: async ({ principal }) => {
      const agent = await findAgent(db, principal.agentId);
      if (!agent) throw new AppError('NotFound', 'The agent is not there any more.');
      return { status: 200, body: { ...renderAgent(agent), role: principal.role, clientId: principal.clientId } };
    },
  });

  const findByFingerprint = defineRoute({
    method: 'get',
    path: '/agents/{fingerprint}',
    operationId: 'getAgent',
    summary: 'The agent with a fingerprint',
    tags: ['agents'],
    access: 'agent',
    params: z.object({ fingerprint }),
    problems: ['NotFound'],
    responses: { 200: { description: 'The agent.', schema: Agent } },
    handler: async ({ params }) => {
      const agent = await findAgentByFingerprint(db, params.fingerprint);
      if (!agent) throw new AppError('NotFound', `There is no agent with the fingerprint ${params.fingerprint}.`);
      return { status: 200, body: renderAgent(agent) };
    },
  });

  return [whoami, findByFingerprint];
}
