import { countCodePoints } from '@moltnet/protocol';
import { z } from 'zod';
import { findAgent } from '../../db/agents/agent.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { checkProof, describeNewAgent, type NewAgent, type RegistrationOutcome } from '../../rules/registration.js';
import { startRegistration } from '../../runtime/startRegistration.js';
import { idempotencyKeyHeader } from '../idempotency.js';
import { defineRoute, type Route } from '../route.js';
import { Agent, renderAgent } from './agents.js';

/** A queue of 250 ms stands before it, and an identity service that limits our rate may make it wait for seconds. */
const DEADLINE_MS = 30_000;
/** Other secrets than the first are not handed out here. */
const FIRST_EPOCH = 1;

const Registration = z.strictObject({
  publicKey: z.string().meta({
    description: '`ed25519:` and the 32 bytes in base64.',
    examples: ['ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
  }),
  name: z
    .string()
    .refine((name) => countCodePoints(name) <= 100, 'must have at most 100 characters')
    .regex(/^\P{Cc}*$/u, 'must not have control characters')
    .default(''),
  proof: z
    .strictObject({
      nonce: z
        .string()
        .regex(/^[A-Za-z0-9_-]{16,128}$/, 'must be 16 to 128 letters, digits, hyphens or underscores')
        .meta({ examples: ['3c9a1f0e7b52d846'] }),
      issuedAt: z
        .string()
        .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be a UTC time with milliseconds')
        .meta({ examples: ['2026-03-01T09:30:00.000Z'] }),
      signature: z.string().meta({ description: '64 bytes in base64.' }),
    })
    .meta({
      description:
        'The signature by the key over `moltnet:register:v1`, this API as its metadata names it, the key id, the nonce and the time, joined by line feeds. Good for five minutes.',
    }),
});

const Registered = z
  .object({
    agent: Agent,
    credentials: z.object({
      clientId: z.string(),
      clientSecret: z.string().meta({ description: 'Keep it: it is not told again once the proof has run out.' }),
    }),
  })
  .meta({ id: 'Registered' });

export interface RegistrationOptions {
  db: Db;
  /** This API, as tokens and proofs name it. */
  audience: string;
  /** What the agents' tokens may be made for: this API, and the MCP server. */
  tokenAudiences: string[];
  clientSecret: (agentId: string, epoch: number) => string;
}

export function registrationRoutes({ db, audience, tokenAudiences, clientSecret }: RegistrationOptions): Route[] {
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
    problems: ['Conflict', 'IdempotencyKeyReused', 'IdentityUnavailable', 'StartTimedOut'],
    responses: { 201: { description: 'The agent and its credentials.', schema: Registered } },
    handler: async ({ body, headers }) => {
      const agent = describeNewAgent(body, { role: 'agent', audience: tokenAudiences });
      checkProof(body.publicKey, body.proof, { audience, now: new Date() });
      const run = await startRegistration(headers['Idempotency-Key'] ?? body.proof.nonce, agent);
      return { status: 201, body: await answer(agent, await run.result) };
    },
  });

  return [register];
}
