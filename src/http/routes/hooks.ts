import { keyId } from '@moltnet/protocol';
import { z } from 'zod';
import { findAgent, findAgentByKeyId } from '../../db/agents/agent.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { isDerivedAgentId } from '../../rules/agentId.js';
import { sameSecret } from '../../rules/sameSecret.js';
import { startRun } from '../../runtime/startRun.js';
import { mirrorAgent } from '../../workflows/mirrorAgent.js';
import { defineRoute, type ResponseSpec, type Route } from '../route.js';
import type { Services } from '../services.js';

/**
 * What Ory asks and tells: Kratos about identities (`{ identity: ctx.identity }` is the whole template of a body), Hydra about
 * tokens. Each looks and answers, or brings the identity service up to our rows, so a hook that is sent twice does once.
 */
export interface HookOptions extends Pick<Services, 'db' | 'registration'> {
  /** ORY_ACTION_API_KEY; without one no caller is Ory. */
  actionKey: string | undefined;
}

const header = z.object({ 'X-Ory-Api-Key': z.string().max(1_000).optional() });

const IdentityBody = z.looseObject({
  identity: z.looseObject({
    external_id: z.string().nullish(),
    traits: z.record(z.string(), z.unknown()),
  }),
});
type IdentityBody = z.output<typeof IdentityBody>;

/** Kratos shows each text beside the field that the pointer names, and goes no further. */
const Interruption = z.object({
  messages: z.array(
    z.object({
      instance_ptr: z.string(),
      messages: z.array(z.object({ id: z.number().int(), text: z.string(), type: z.literal('error') })),
    }),
  ),
});
const Unchanged = z.object({ identity: z.object({ external_id: z.string() }).optional() });

const TokenHookBody = z.looseObject({ request: z.looseObject({ client_id: z.string() }) });
const Claims = z.object({
  session: z.object({ access_token: z.record(z.string(), z.string()), id_token: z.object({}) }),
});

/** By which a page that shows these messages in another language knows them. */
const MESSAGE_IDS = { closed: 4990001, badKey: 4990002, otherKey: 4990003 };

const kratosResponses = {
  200: { description: 'Go on, with this external id if there is one.', schema: Unchanged },
  400: { description: 'Stop, and show this.', schema: Interruption },
} as const satisfies Record<number, ResponseSpec>;

type KratosReply =
  { status: 200; body: z.input<typeof Unchanged> } | { status: 400; body: z.input<typeof Interruption> };

const GO_ON: KratosReply = { status: 200, body: {} };

function interrupt(id: number, text: string): KratosReply {
  const message = { id, text, type: 'error' as const };
  return { status: 400, body: { messages: [{ instance_ptr: '#/traits/public_key', messages: [message] }] } };
}

export function hookRoutes(options: HookOptions): Route[] {
  return [
    kratosHook(options, 'after-registration', 'afterRegistration', afterRegistration),
    kratosHook(options, 'validate-settings', 'validateSettings', validateSettings),
    kratosHook(options, 'after-settings', 'afterSettings', afterSettings),
    tokenHook(options),
  ];
}

/** Throws Unauthenticated. The key is Ory's own, so no agent's token will do. */
function requireOry({ actionKey }: HookOptions, given: string | undefined): void {
  if (actionKey !== undefined && given !== undefined && sameSecret(given, actionKey)) return;
  throw new AppError('Unauthenticated', 'Send the key of ORY_ACTION_API_KEY as X-Ory-Api-Key.');
}

function kratosHook(
  options: HookOptions,
  name: string,
  operationId: string,
  answer: (options: HookOptions, identity: IdentityBody['identity']) => Promise<KratosReply> | KratosReply,
): Route {
  return defineRoute({
    method: 'post',
    path: `/hooks/kratos/${name}`,
    operationId,
    summary: `Kratos' hook ${name}`,
    tags: ['hooks'],
    access: 'public',
    hidden: true,
    headers: header,
    body: IdentityBody,
    responses: kratosResponses,
    handler: ({ headers, body }) => {
      requireOry(options, headers['X-Ory-Api-Key']);
      return answer(options, body.identity);
    },
  });
}

/** An identity with a key gets the key's external id; one without is a person's, and none of ours. */
function afterRegistration({ registration }: HookOptions, { traits }: IdentityBody['identity']): KratosReply {
  const key = traits['public_key'];
  if (key === undefined) return GO_ON;
  if (registration === 'closed') {
    return interrupt(MESSAGE_IDS.closed, 'Registration is closed: ask an operator for an invitation.');
  }
  const id = readKeyId(key);
  if (id === undefined) return interrupt(MESSAGE_IDS.badKey, 'This is no Ed25519 key, or a weak one: make another.');
  return { status: 200, body: { identity: { external_id: id } } };
}

/** The key of an agent changes by a rotation, which both keys sign, and by nothing else. */
async function validateSettings({ db }: HookOptions, identity: IdentityBody['identity']): Promise<KratosReply> {
  const agent = await findAgentOf(db, identity);
  if (!agent || identity.traits['public_key'] === agent.publicKey) return GO_ON;
  return interrupt(MESSAGE_IDS.otherKey, 'The key is changed by POST /auth/rotate-key only, signed by both keys.');
}

async function afterSettings({ db }: HookOptions, identity: IdentityBody['identity']): Promise<KratosReply> {
  const agent = await findAgentOf(db, identity);
  if (agent && identity.traits['public_key'] !== agent.publicKey) {
    await startRun(mirrorAgent, { agents: [agent.id] }, agent.id);
  }
  return GO_ON;
}

async function findAgentOf(db: Db, { external_id: id }: IdentityBody['identity']) {
  return typeof id === 'string' ? findAgentByKeyId(db, id) : undefined;
}

function readKeyId(key: unknown): string | undefined {
  try {
    return keyId(key as string);
  } catch {
    return undefined;
  }
}

/** Says in each token whose it is. An agent that is gone or disabled gets none; other clients of the project are not ours. */
function tokenHook(options: HookOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/hooks/hydra/token-exchange',
    operationId: 'tokenExchange',
    summary: "Hydra's hook for each token",
    tags: ['hooks'],
    access: 'public',
    hidden: true,
    headers: header,
    body: TokenHookBody,
    responses: {
      200: { description: 'The claims of the token.', schema: Claims },
      204: { description: 'As it is.' },
      403: { description: 'No token.', schema: z.object({}) },
    },
    handler: async ({ headers, body }) => {
      requireOry(options, headers['X-Ory-Api-Key']);
      const { client_id: clientId } = body.request;
      if (!isDerivedAgentId(clientId)) return { status: 204 as const };
      const agent = await findAgent(options.db, clientId);
      if (!agent || agent.disabledAt) return { status: 403 as const, body: {} };
      const claims = { agent_id: agent.id, key_id: agent.keyId, fingerprint: agent.fingerprint };
      return { status: 200 as const, body: { session: { access_token: claims, id_token: {} } } };
    },
  });
}
