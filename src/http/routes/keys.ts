import { z } from 'zod';
import { findAgent } from '../../db/agents/agent.js';
import { findKey, listKeys, type AgentKey as AgentKeyRow } from '../../db/agents/keys.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import type { KeyEnd } from '../../rules/credentials.js';
import { checkCompromise, checkKeyRevocation, checkKeyRotation } from '../../rules/signedRequests.js';
import { startAttempt } from '../../runtime/startAttempt.js';
import { startRun } from '../../runtime/startRun.js';
import { revokeKey } from '../../workflows/revokeKey.js';
import { rotateKey } from '../../workflows/rotateKey.js';
import { defineRoute, type Route } from '../route.js';
import { AgentKey, renderKey } from '../schemas/agent.js';
import { text, uuid } from '../schemas/common.js';
import { keyIdParam, proof, proofFields, publicKey, signature } from '../schemas/proof.js';
import { idempotencyKeyHeader } from '../idempotency.js';
import { recorded } from '../operatorAction.js';
import type { Services } from '../services.js';
import { unlessRefused } from './refusal.js';

/** Of the database's doing: the identity service is told afterwards. */
const DEADLINE_MS = 15_000;

const reason = text({ min: 1, max: 1_000 }).meta({
  description: 'Why; kept with the key.',
  examples: ['The disk was lost.'],
});
const time = proofFields.issuedAt;
const compromisedAt = time.optional().meta({ description: 'From when on somebody else may have had the key.' });

const KeyRotation = z.strictObject({
  publicKey: publicKey.meta({ description: 'The present key.' }),
  newPublicKey: publicKey,
  proof: z.strictObject({ ...proofFields, newSignature: signature }).meta({
    description:
      'Two signatures, `signature` by the present and `newSignature` by the new key, over `moltnet:rotate-key:v1`, this API as its metadata names it, the present key id, the new key id, the nonce and the time, joined by line feeds. Good for five minutes.',
  }),
});

const KeyRevocation = z.strictObject({
  keyId: keyIdParam,
  reason,
  compromisedAt,
  proof: proof('moltnet:revoke-key:v1', 'the key id, the SHA-256 of the reason, the time of the compromise or `-`'),
});

const Rotated = z.object({ agentId: uuid, key: AgentKey }).meta({ id: 'RotatedKey' });
const Revoked = z
  .object({
    agentId: uuid,
    key: AgentKey,
    disabled: z
      .boolean()
      .meta({ description: 'The agent has no access any more, as when its present key was revoked.' }),
  })
  .meta({ id: 'RevokedKey' });

export function keyRoutes(services: Pick<Services, 'db' | 'audience' | 'wake'>): Route[] {
  return [rotate(services), revoke(services), revokeAsOperator(services)];
}

function rotate({ db, audience, wake }: Pick<Services, 'db' | 'audience' | 'wake'>): Route {
  return defineRoute({
    method: 'post',
    path: '/auth/rotate-key',
    operationId: 'rotateKey',
    summary: 'Gives an agent a new key; the old one ends at once',
    description:
      'Signed by both keys. Fingerprint, id and credentials stay; what the old key has signed stays verifiable. The same request, sent again while its proof is good, gets the same answer.',
    tags: ['agents'],
    access: 'public',
    limit: 'recovery',
    deadlineMs: DEADLINE_MS,
    headers: z.object({ ...idempotencyKeyHeader }),
    body: KeyRotation,
    problems: ['NotFound', 'Conflict'],
    responses: { 200: { description: 'The new key.', schema: Rotated } },
    handler: async ({ body }) => {
      const { oldKeyId, newKeyId, requestHash } = checkKeyRotation(body, { audience, now: new Date() });
      const { agentId } = await mustFindKey(db, oldKeyId);
      const change = { agentId, oldKeyId, newKeyId, newPublicKey: body.newPublicKey, requestHash };
      const run = await startAttempt(rotateKey, { name: 'rotate-key', agentId, key: requestHash }, change);
      unlessRefused(await run.result);
      wake();
      return { status: 200, body: { agentId, key: renderKey(await mustFindKey(db, newKeyId)) } };
    },
  });
}

function revoke({ db, audience, wake }: Pick<Services, 'db' | 'audience' | 'wake'>): Route {
  return defineRoute({
    method: 'post',
    path: '/auth/revoke-key',
    operationId: 'revokeKey',
    summary: 'Ends a key for good, with a reason and the time of the compromise',
    description:
      'Signed by the key itself or by the present key of its agent. Revoking the present key disables the agent: where the key is only to be replaced, rotate it first and revoke the old one then.',
    tags: ['agents'],
    access: 'public',
    limit: 'recovery',
    deadlineMs: DEADLINE_MS,
    headers: z.object({ ...idempotencyKeyHeader }),
    body: KeyRevocation,
    problems: ['NotFound', 'Conflict'],
    responses: { 200: { description: 'The key, as it ended.', schema: Revoked } },
    handler: async ({ body }) => {
      const key = await mustFindKey(db, body.keyId);
      const present = (await listKeys(db, key.agentId)).filter((one) => one.validUntil === null);
      const now = new Date();
      checkKeyRevocation(
        body,
        [key, ...present].map((one) => one.publicKey),
        { audience, now },
      );
      checkCompromise(body.compromisedAt, now);
      return { status: 200, body: await end(db, key, body, wake) };
    },
  });
}

function revokeAsOperator({ db, wake }: Pick<Services, 'db' | 'wake'>): Route {
  return defineRoute({
    method: 'post',
    path: '/ops/keys/{keyId}/revoke',
    operationId: 'revokeAgentKey',
    summary: "Ends an agent's key for good, on an operator's word",
    tags: ['operators'],
    access: 'operator',
    deadlineMs: DEADLINE_MS,
    params: z.object({ keyId: keyIdParam }),
    body: z.strictObject({ reason, compromisedAt }),
    problems: ['NotFound', 'Conflict'],
    responses: { 200: { description: 'The key, as it ended.', schema: Revoked } },
    handler: async ({ params, body, principal }) => {
      checkCompromise(body.compromisedAt, new Date());
      const key = await mustFindKey(db, params.keyId);
      const before = { endedBecause: key.endedBecause, present: key.validUntil === null };
      const act = { principal, action: 'revoke-key', target: key.keyId, reason: body.reason, before };
      return { status: 200, body: await recorded(db, act, () => end(db, key, body, wake)) };
    },
  });
}

async function end(
  db: Db,
  { agentId, keyId }: AgentKeyRow,
  { reason: why, compromisedAt: since }: Pick<KeyEnd, 'reason' | 'compromisedAt'>,
  wake: () => void,
): Promise<z.input<typeof Revoked>> {
  const about = { agentId, keyId, reason: why, compromisedAt: since };
  const run = await startRun(revokeKey, { agents: [agentId] }, about);
  unlessRefused(await run.result);
  wake();
  const [key, agent] = await Promise.all([mustFindKey(db, keyId), findAgent(db, agentId)]);
  return { agentId, key: renderKey(key), disabled: agent?.disabledAt !== null };
}

async function mustFindKey(db: Db, keyId: string): Promise<AgentKeyRow> {
  const key = await findKey(db, keyId);
  if (!key) throw new AppError('NotFound', `No agent here has, or had, the key ${keyId}.`);
  return key;
}
