import { z } from 'zod';
import { endSession, listSessions } from '../../db/agents/sessions.js';
import { findSignInLink, signIn } from '../../db/agents/signInLinks.js';
import type { Db } from '../../db/database.js';
import { confirmPage, refusedPage, sessionPage } from '../pages/sessionPages.js';
import { defineRoute, type Route } from '../route.js';
import { comesFromHere, newSecret, readSecret, SESSION_SECONDS, type Sessions } from '../sessions.js';

const HTML = 'text/html';
const HIDDEN = { tags: [] as string[], access: 'public', hidden: true, summary: 'A page for people' } as const;
const headers = z.object({
  Cookie: z.string().optional(),
  Origin: z.string().optional(),
  'Sec-Fetch-Site': z.string().optional(),
  'User-Agent': z.string().optional(),
});
type PageHeaders = z.output<typeof headers>;

const ENDED = { description: 'The link is not good.', contentType: HTML } as const;
const REFUSED = { description: 'Another site asks.', contentType: HTML } as const;
const REDIRECT = { description: 'Done; the page that shows who is signed in.' } as const;

interface SignInOptions {
  db: Db;
  sessions: Sessions;
}

/** The pages on which people sign in by a link, see who they are, and sign out. */
export function signInRoutes(options: SignInOptions): Route[] {
  return [showLink(options), useLink(options), showSession(options), endOne(options)];
}

function isFromHere({ origin }: Sessions, { Origin, 'Sec-Fetch-Site': site }: PageHeaders): boolean {
  return comesFromHere('POST', { origin: Origin, 'sec-fetch-site': site }, origin);
}

/** Looks at the link and does not use it: what previews links may open it as often as it likes. */
function showLink({ db, sessions }: SignInOptions): Route {
  return defineRoute({
    ...HIDDEN,
    method: 'get',
    path: '/sign-in',
    operationId: 'getSignInPage',
    headers,
    query: z.object({ link: z.string().max(200).optional() }),
    responses: { 200: { description: 'The question.', contentType: HTML }, 410: ENDED },
    handler: async ({ query, headers: { Cookie } }) => {
      const signedIn = await sessions.find(Cookie);
      const secret = readSecret(query.link);
      const agent = secret && (await findSignInLink(db, secret.hash));
      if (!agent) return { status: 410, ...refusedPage('link').render(signedIn) };
      return { status: 200, ...confirmPage(agent, secret.text).render(signedIn) };
    },
  });
}

/** A session always begins under a new secret, and one that the browser has had ends with it. */
function useLink({ db, sessions }: SignInOptions): Route {
  return defineRoute({
    ...HIDDEN,
    method: 'post',
    path: '/sign-in',
    operationId: 'signIn',
    limit: 'signIn',
    bodyType: 'form',
    headers,
    body: z.strictObject({ link: z.string().max(200) }),
    responses: { 303: REDIRECT, 403: REFUSED, 410: ENDED },
    handler: async ({ body, headers: given }) => {
      if (!isFromHere(sessions, given)) return { status: 403, ...refusedPage('origin').render() };
      const former = await sessions.find(given.Cookie);
      const link = readSecret(body.link);
      const secret = newSecret();
      const browser = (given['User-Agent'] ?? '').slice(0, 200);
      const session = { secretHash: secret.hash, browser, seconds: SESSION_SECONDS };
      const begun = link && (await signIn(db, { linkHash: link.hash, ...session }));
      if (!begun) return { status: 410, ...refusedPage('link').render(former) };
      if (former) await endSession(db, { agentId: former.agentId, id: former.sessionId });
      return { status: 303, headers: { Location: '/session', 'Set-Cookie': sessions.cookieFor(secret) } };
    },
  });
}

function showSession({ db, sessions }: SignInOptions): Route {
  return defineRoute({
    ...HIDDEN,
    method: 'get',
    path: '/session',
    operationId: 'getSessionPage',
    headers,
    responses: { 200: { description: 'Who is signed in.', contentType: HTML } },
    handler: async ({ headers: { Cookie } }) => {
      const signedIn = await sessions.find(Cookie);
      const all = signedIn ? await listSessions(db, signedIn.agentId) : [];
      return { status: 200, ...sessionPage(signedIn, all).render(signedIn) };
    },
  });
}

/** Signs out, or ends another session of the same agent. */
function endOne({ db, sessions }: SignInOptions): Route {
  return defineRoute({
    ...HIDDEN,
    method: 'post',
    path: '/session/end',
    operationId: 'endSessionOnPage',
    bodyType: 'form',
    headers,
    body: z.strictObject({ session: z.guid() }),
    responses: { 303: REDIRECT, 403: REFUSED },
    handler: async ({ body: { session: id }, headers: given }) => {
      const signedIn = await sessions.find(given.Cookie);
      if (!isFromHere(sessions, given)) return { status: 403, ...refusedPage('origin').render() };
      if (signedIn) await endSession(db, { agentId: signedIn.agentId, id });
      const stays = signedIn && signedIn.sessionId !== id;
      return {
        status: 303,
        headers: { Location: '/session', ...(!stays && { 'Set-Cookie': sessions.endedCookie }) },
      };
    },
  });
}
