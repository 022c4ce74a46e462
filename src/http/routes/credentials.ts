import { randomUUID } from 'node:crypto';
import { encodeBase64, keyId, recoverySigningInput, verify } from '@moltnet/protocol';
import { z } from 'zod';
import { findAgent, type Agent as AgentRow } from '../../db/agents/agent.js';
import { findKey } from '../../db/agents/keys.js';
import { AppError } from '../../errors.js';
import type { RecoveryRun } from '../../rules/credentials.js';
import { checkSecretRotation } from '../../rules/signedRequests.js';
import { startAttempt } from '../../runtime/startAttempt.js';
import { recoverAgent } from '../../workflows/recoverAgent.js';
import { rotateSecret } from '../../workflows/rotateSecret.js';
import { idempotencyKeyHeader } from '../idempotency.js';
import { defineRoute, type Route } from '../route.js';
import { Agent, Credentials, renderAgent } from '../schemas/agent.js';
import { timestamp } from '../schemas/common.js';
import { proof, publicKey, signature } from '../schemas/proof.js';
import type { Services } from '../services.js';
import { unlessRefused } from './refusal.js';

/** As for a registration: a queue stands before it, and an identity service that may make it wait for seconds. */
const DEADLINE_MS = 30_000;

/** A day: time for every process of an agent to be given the new one. */
const DEFAULT_GRACE_SECONDS = 86_400;
const MAX_GRACE_SECONDS = 604_800;

const SecretRotation = z.strictObject({
  graceSeconds: z
    .number()
    .int()
    .min(0)
    .max(MAX_GRACE_SECONDS)
    .default(DEFAULT_GRACE_SECONDS)
    .meta({
      description: 'How long the former secret stays good; 0 ends it and all tokens at once.',
      examples: [3_600],
    }),
  proof: proof('moltnet:rotate-secret:v1', 'the present key id, the grace in seconds'),
});

const ChallengeRequest = z.strictObject({ publicKey });
const Challenge = z
  .object({
    challenge: z.string(),
    expiresAt: timestamp,
    signingInput: z.string().meta({ description: 'Base64 of the exact bytes to sign.' }),
  })
  .meta({ id: 'RecoveryChallenge' });

const RecoveryAnswer = z.strictObject({
  publicKey,
  challenge: z.string().max(1_024).meta({ description: 'As it came.' }),
  signature,
});

const Renewed = z.object({ agent: Agent, credentials: Credentials }).meta({ id: 'RenewedCredentials' });

export type CredentialOptions = Pick<Services, 'db' | 'audience' | 'clientSecret' | 'challenges' | 'wake'>;

/** New credentials for an agent that has some (rotation), and for one that has only its key (recovery). */
export function credentialRoutes(options: CredentialOptions): Route[] {
  return [rotate(options), challenge(options), recover(options)];
}

function rotate(options: CredentialOptions): Route {
  const { audience, wake } = options;
  return defineRoute({
    method: 'post',
    path: '/auth/rotate-secret',
    operationId: 'rotateSecret',
    summary: "Gives the caller's client a new secret",
    description:
      'A token alone is not enough: it is signed by the key. The former secret stays good for the grace, the tokens for their hour. The same request, sent again while its proof is good, gets the same secret.',
    tags: ['agents'],
    access: 'agent',
    deadlineMs: DEADLINE_MS,
    headers: z.object({ ...idempotencyKeyHeader }),
    body: SecretRotation,
    problems: ['Conflict', 'IdentityUnavailable'],
    responses: { 200: { description: 'The new secret.', schema: Renewed } },
    handler: async ({ body, principal }) => {
      const { agentId } = principal;
      const agent = await mustFindAgent(options, agentId);
      const { requestHash } = checkSecretRotation(body, agent.publicKey, { audience, now: new Date() });
      const run = await startAttempt(
        rotateSecret,
        { name: 'rotate-secret', agentId, key: requestHash, queue: 'identity' },
        { agentId, fromEpoch: agent.secretEpoch, graceSeconds: body.graceSeconds, requestHash },
      );
      const { epoch } = unlessRefused(await run.result);
      wake();
      return { status: 200, body: await renewed(options, agentId, epoch) };
    },
  });
}

function challenge({ audience, challenges }: CredentialOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/recovery/challenge',
    operationId: 'requestRecovery',
    summary: 'Gives a challenge to answer with the key of an agent that has lost its credentials',
    description:
      'Good for five minutes and one recovery. Whether the key is an agent’s is not told, here or by the answer.',
    tags: ['agents'],
    access: 'public',
    limit: 'recovery',
    safe: true,
    body: ChallengeRequest,
    responses: { 200: { description: 'The challenge.', schema: Challenge } },
    handler: ({ body }) => {
      const id = keyId(body.publicKey);
      const issued = challenges.issue(id, new Date());
      const input = recoverySigningInput({ audience, keyId: id, challenge: issued.challenge });
      return { status: 200, body: { ...issued, signingInput: encodeBase64(Buffer.from(input)) } };
    },
  });
}

function recover(options: CredentialOptions): Route {
  const { wake } = options;
  return defineRoute({
    method: 'post',
    path: '/recovery/verify',
    operationId: 'recover',
    summary: 'Gives fresh credentials for a signed challenge, and ends all former ones',
    description:
      'Every secret and token from before ends at once. A challenge counts once: of an answer that got lost there is no second copy, ask for another challenge.',
    tags: ['agents'],
    access: 'public',
    limit: 'recovery',
    deadlineMs: DEADLINE_MS,
    body: RecoveryAnswer,
    problems: ['Conflict', 'IdentityUnavailable'],
    responses: { 200: { description: 'The agent and its new credentials.', schema: Renewed } },
    handler: async ({ body }) => {
      const recovery = await describeRecovery(options, body);
      const { agentId, recoveryId } = recovery;
      const attempt = { name: 'recover', agentId, key: recoveryId, queue: 'identity' } as const;
      const run = await startAttempt(recoverAgent, attempt, recovery);
      const { epoch } = unlessRefused(await run.result);
      wake();
      return { status: 200, body: await renewed(options, agentId, epoch) };
    },
  });
}

/**
 * Throws Unauthenticated, in the same words and after the same work, for whatever is wrong with an answer: only who holds
 * the key gets as far as the look-up of its agent.
 */
async function describeRecovery(
  { db, audience, challenges }: CredentialOptions,
  { publicKey: key, challenge: given, signature: signed }: z.output<typeof RecoveryAnswer>,
): Promise<RecoveryRun> {
  const id = keyId(key);
  const known = challenges.read(given, id, new Date());
  const isSigned = verify(key, recoverySigningInput({ audience, keyId: id, challenge: given }), signed);
  const found = known && isSigned ? await findKey(db, id) : undefined;
  if (!known || !found || found.validUntil !== null) {
    throw new AppError(
      'Unauthenticated',
      'The challenge, the key or the signature is not good, or the challenge was used. Ask for a new challenge.',
    );
  }
  return {
    agentId: found.agentId,
    keyId: id,
    challengeHash: known.hash,
    challengeExpiresAt: known.expiresAt,
    recoveryId: randomUUID(),
  };
}

async function renewed(options: CredentialOptions, agentId: string, epoch: number): Promise<z.input<typeof Renewed>> {
  const agent = await mustFindAgent(options, agentId);
  if (agent.secretEpoch !== epoch) throw new AppError('Conflict', 'The secret has been replaced again since.');
  const credentials = { clientId: agentId, clientSecret: options.clientSecret(agentId, epoch) };
  return { agent: renderAgent(agent), credentials };
}

async function mustFindAgent({ db }: CredentialOptions, agentId: string): Promise<AgentRow> {
  const agent = await findAgent(db, agentId);
  if (!agent) throw new AppError('NotFound', 'The agent is not there any more.');
  return agent;
}
