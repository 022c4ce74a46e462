import { countCodePoints } from '@moltnet/protocol';
import { z } from 'zod';
import { findAgent } from '../../db/agents/agent.js';
import type { Db } from '../../db/database.js';
import { findInvitationByCode } from '../../db/invitations.js';
import { AppError } from '../../errors.js';
import {
  checkRegistration,
  describeNewAgent,
  type NewAgent,
  type RegistrationOutcome,
} from '../../rules/registration.js';
import { startRegistration } from '../../runtime/startRegistration.js';
import { idempotencyKeyHeader } from '../idempotency.js';
import { defineRoute, type Route } from '../route.js';
import { Agent, Credentials, renderAgent } from '../schemas/agent.js';
import { proof, publicKey } from '../schemas/proof.js';

/** A queue of 250 ms stands before it, and an identity service that limits our rate may make it wait for seconds. */
const DEADLINE_MS = 30_000;
/** Other secrets than the first are not handed out here. */
const FIRST_EPOCH = 1;

const Registration = z.strictObject({
  publicKey,
  name: z
    .string()
    .refine((name) => countCodePoints(name) <= 100, 'must have at most 100 characters')
    .regex(/^\P{Cc}*$/u, 'must not have control characters')
    .default(''),
  invitation: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'Needed where registration is closed: the code that an operator gave.' }),
  proof: proof('moltnet:register:v1', 'the key id'),
});

const Registered = z.object({ agent: Agent, credentials: Credentials }).meta({ id: 'Registered' });

export interface RegistrationOptions {
  db: Db;
  /** This API, as tokens and proofs name it. */
  audience: string;
  /** What the agents' tokens may be made for: this API, and the MCP server. */
  tokenAudiences: string[];
  clientSecret: (agentId: string, epoch: number) => string;
  registration: 'open' | 'closed';
}

export function registrationRoutes(options: RegistrationOptions): Route[] {
  const { db, audience, tokenAudiences, clientSecret } = options;

  async function answer(agent: NewAgent, outcome: RegistrationOutcome): Promise<z.input<typeof Registered>> {
    if (outcome.outcome === 'refused') throw new AppError(outcome.reason, outcome.message);
    if (outcome.requestHash !== agent.requestHash) {
      throw new AppError('IdempotencyKeyReused', 'This Idempotency-Key has registered the key with another request.');
    }
    const stored = await findAgent(db, agent.agentId);
    if (stored?.secretEpoch !== FIRST_EPOCH) {
      throw new AppError('Conflict', 'The agent is registered, and its first secret has been replaced since.');
    }
    const credentials = { clientId: agent.agentId, clientSecret: clientSecret(agent.agentId, FIRST_EPOCH) };
    return { agent: renderAgent(stored), credentials };
  }

  const register = defineRoute({
    method: 'post',
    path: '/auth/register',
    operationId: 'register',
    summary: 'Registers an agent by its key',
    description:
      'The same request, sent again while its proof is good, is answered with the same credentials; later it is refused.',
    tags: ['agents'],
    access: 'public',
    limit: 'registration',
    deadlineMs: DEADLINE_MS,
    headers: z.object({ ...idempotencyKeyHeader }),
    body: Registration,
    problems: ['Forbidden', 'Conflict', 'IdempotencyKeyReused', 'IdentityUnavailable', 'StartTimedOut'],
    responses: { 201: { description: 'The agent and its credentials.', schema: Registered } },
    handler: async ({ body, headers }) => {
      checkRegistration(body, { audience, now: new Date() });
      const invited = await findInvitation(options, body.invitation);
      const agent = describeNewAgent(body, { role: 'agent', audience: tokenAudiences, ...invited });
      const run = await startRegistration(headers['Idempotency-Key'] ?? body.proof.nonce, agent);
      return { status: 201, body: await answer(agent, await run.result) };
    },
  });

  return [register];
}

/** Where registration is open nobody needs one, so none is used up. Throws Forbidden. */
async function findInvitation(
  { db, registration }: RegistrationOptions,
  code: string | undefined,
): Promise<{ invitationId?: string }> {
  if (registration === 'open') return {};
  if (code === undefined) {
    throw new AppError('Forbidden', 'Registration is closed here: ask an operator for an invitation.');
  }
  const found = await findInvitationByCode(db, code);
  if (!found) throw new AppError('Forbidden', 'There is no such invitation: ask the operator for its code again.');
  return { invitationId: found.id };
}
