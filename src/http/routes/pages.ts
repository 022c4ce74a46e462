import { z } from 'zod';
import { VERSION } from '../../version.js';
import { createDocument } from '../openapi.js';
import { docsPage } from '../pages/docsPage.js';
import { landingPage } from '../pages/landingPage.js';
import type { Page } from '../pages/layout.js';
import { llmsText } from '../pages/llmsText.js';
import { problemsPage } from '../pages/problemsPage.js';
import { verifyPage } from '../pages/verifyPage.js';
import { defineRoute, type Route } from '../route.js';
import type { Services } from '../services.js';

const Discovery = z
  .object({
    name: z.literal('MoltNet'),
    version: z.string(),
    api: z.string().meta({ description: 'Where the API is; also the audience of its tokens.' }),
    mcp: z.string().nullable().meta({ description: 'Where the MCP server is.' }),
    registration: z.string(),
    token: z.string(),
    authorizationServer: z.string().meta({ description: 'RFC 8414 metadata of the token endpoint.' }),
    openapi: z.string(),
    documentation: z.string(),
    problems: z.string(),
    llms: z.string(),
    readiness: z.string(),
    log: z.string().meta({ description: "The log's newest checkpoint." }),
    logKeys: z.string(),
  })
  .meta({ id: 'Discovery' });

type Parts = Pick<Services, 'audience' | 'tokenAudiences' | 'sessions'>;

/** Made once, when somebody first asks: by then all routes are known, and they do not change. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Pages for people and descriptions for programs, made from the routes. */
export function pageRoutes(listed: () => Route[], parts: Parts): Route[] {
  const document = once(() => createDocument(listed()));
  const mcp = () => parts.tokenAudiences.find((one) => one !== parts.audience);
  return [
    page('/', 'getLandingPage', parts, () => landingPage({ api: parts.audience, mcp: mcp() })),
    page('/docs', 'getDocumentation', parts, () => docsPage(document())),
    page('/problems', 'getProblems', parts, problemsPage),
    page('/verify', 'getVerifier', parts, verifyPage),
    text('/llms.txt', 'getLlmsText', 'text/plain', () => llmsText(document(), { api: parts.audience, mcp: mcp() })),
    text('/openapi.json', 'getOpenapi', 'application/json', () => JSON.stringify(document())),
    discovery(parts, mcp),
  ];
}

const HIDDEN = { method: 'get', tags: [] as string[], access: 'public', hidden: true } as const;

/** It shows who is signed in; with the database away it shows nobody, and is there all the same. */
function page(path: string, operationId: string, { sessions }: Parts, make: () => Page): Route {
  const made = once(make);
  return defineRoute({
    ...HIDDEN,
    path,
    operationId,
    summary: path,
    headers: z.object({ Cookie: z.string().optional() }),
    responses: { 200: { description: 'The page.', contentType: 'text/html' } },
    handler: async ({ headers: { Cookie } }) => {
      const signedIn = await sessions.find(Cookie).catch(() => undefined);
      return { status: 200, ...made().render(signedIn) };
    },
  });
}

function text(path: string, operationId: string, contentType: string, make: () => string): Route {
  const made = once(make);
  return defineRoute({
    ...HIDDEN,
    path,
    operationId,
    summary: path,
    responses: { 200: { description: 'The text.', contentType } },
    handler: () => ({ status: 200, body: made(), headers: { 'Cache-Control': 'public, max-age=300' } }),
  });
}

function discovery({ audience: api }: Parts, mcp: () => string | undefined): Route {
  return defineRoute({
    method: 'get',
    path: '/.well-known/moltnet.json',
    operationId: 'getDiscovery',
    summary: 'Where everything is',
    tags: ['service'],
    access: 'public',
    responses: { 200: { description: 'Addresses.', schema: Discovery } },
    handler: () => ({
      status: 200,
      body: {
        name: 'MoltNet' as const,
        version: VERSION,
        api,
        mcp: mcp() ?? null,
        registration: `${api}/auth/register`,
        token: `${api}/oauth2/token`,
        authorizationServer: `${api}/.well-known/oauth-authorization-server`,
        openapi: `${api}/openapi.json`,
        documentation: `${api}/docs`,
        problems: `${api}/problems`,
        llms: `${api}/llms.txt`,
        readiness: `${api}/health/ready`,
        log: `${api}/log/checkpoint`,
        logKeys: `${api}/log/keys`,
      },
    }),
  });
}
