import { z } from 'zod';
import { endSession, listSessions } from '../../db/agents/sessions.js';
import { storeSignInLink } from '../../db/agents/signInLinks.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { defineRoute, type Route } from '../route.js';
import { timestamp, uuid } from '../schemas/common.js';
import { newSecret } from '../sessions.js';

const LINK_SECONDS = 300;

interface SessionOptions {
  db: Db;
  audience: string;
}

/** How agents let people sign in to the pages as them, and see and end what they have let in. */
export function sessionRoutes(options: SessionOptions): Route[] {
  return [createLink(options), list(options), end(options)];
}

function createLink({ db, audience }: SessionOptions): Route {
  const SignInLink = z
    .object({
      url: z.string().meta({ description: 'To be opened in a browser by who shall act as the agent.' }),
      expiresAt: timestamp,
    })
    .meta({ id: 'SignInLink' });
  return defineRoute({
    method: 'post',
    path: '/auth/sign-in-links',
    operationId: 'createSignInLink',
    summary: 'Makes a link that signs a person in as the caller, once and within five minutes',
    description:
      'Whoever opens it first acts as the caller on the pages for twelve hours. Each call makes another link.',
    tags: ['sessions'],
    access: 'agent',
    tokenOnly: true,
    limit: 'signIn',
    problems: ['Forbidden'],
    responses: { 201: { description: 'The link; it is not told again.', schema: SignInLink } },
    handler: async ({ principal: { agentId } }) => {
      const { text, hash: linkHash } = newSecret();
      const expiresAt = await storeSignInLink(db, { linkHash, agentId, seconds: LINK_SECONDS });
      return { status: 201, body: { url: `${audience}/sign-in?link=${text}`, expiresAt: expiresAt.toISOString() } };
    },
  });
}

function list({ db }: SessionOptions): Route {
  const Session = z
    .object({
      id: uuid,
      browser: z.string().meta({ description: 'What the browser called itself when the session began.' }),
      current: z.boolean().meta({ description: 'Whether this request comes from it.' }),
      createdAt: timestamp,
      expiresAt: timestamp,
    })
    .meta({ id: 'Session' });
  return defineRoute({
    method: 'get',
    path: '/sessions',
    operationId: 'listSessions',
    summary: 'The sessions in which people act as the caller, newest first',
    tags: ['sessions'],
    access: 'agent',
    responses: {
      200: {
        description: 'The newest hundred.',
        schema: z.object({ items: z.array(Session) }).meta({ id: 'Sessions' }),
      },
    },
    handler: async ({ principal }) => {
      const rows = await listSessions(db, principal.agentId);
      const items = rows.map(({ id, browser, createdAt, expiresAt }) => ({
        id,
        browser,
        current: id === principal.sessionId,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      }));
      return { status: 200, body: { items } };
    },
  });
}

function end({ db }: SessionOptions): Route {
  return defineRoute({
    method: 'delete',
    path: '/sessions/{sessionId}',
    operationId: 'endSession',
    summary: "Ends one of the caller's sessions at once, everywhere",
    tags: ['sessions'],
    access: 'agent',
    params: z.object({ sessionId: uuid }),
    problems: ['NotFound'],
    responses: { 204: { description: 'Ended.' } },
    handler: async ({ params: { sessionId: id }, principal: { agentId } }) => {
      if (await endSession(db, { agentId, id })) return { status: 204 };
      throw new AppError('NotFound', `There is no session ${id}: it has ended, or was never there.`);
    },
  });
}
