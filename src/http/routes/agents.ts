import { z } from 'zod';
import { findAgent, findAgentByFingerprint } from '../../db/agents/agent.js';
import { listKeys } from '../../db/agents/keys.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { defineRoute, type Route } from '../route.js';
import { Agent, AgentKey, fingerprint, renderAgent, renderKey } from '../schemas/agent.js';

const Whoami = Agent.extend({ role: z.enum(['agent', 'operator']), clientId: z.string() }).meta({ id: 'Whoami' });

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

  const keys = defineRoute({
    method: 'get',
    path: '/agents/{fingerprint}/keys',
    operationId: 'listAgentKeys',
    summary: 'Every key that an agent has had, and when and why each ended',
    tags: ['agents'],
    access: 'agent',
    params: z.object({ fingerprint }),
    problems: ['NotFound'],
    responses: {
      200: {
        description: 'The keys, the first one first.',
        schema: z.object({ items: z.array(AgentKey) }).meta({ id: 'AgentKeys' }),
      },
    },
    handler: async ({ params }) => {
      const agent = await findAgentByFingerprint(db, params.fingerprint);
      if (!agent) throw new AppError('NotFound', `There is no agent with the fingerprint ${params.fingerprint}.`);
      return { status: 200, body: { items: (await listKeys(db, agent.id)).map(renderKey) } };
    },
  });

  return [whoami, findByFingerprint, keys];
}
