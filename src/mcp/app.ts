import { hostHeaderValidation } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, getOAuthProtectedResourceMetadataUrl, type AuthInfo } from '@modelcontextprotocol/server';
import { createMcpServer, type MoltnetApi } from '@moltnet/mcp-tools';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { findErrorKind } from '../errors.js';
import type { Log } from '../telemetry.js';
import { requireToken, type FindToken, type Standing } from './bearer.js';
import { allowedHosts, checkOrigin } from './browsers.js';
import { dropCredentials, tradeCredentials, type TradedTokens } from './clientCredentials.js';

export interface McpAppOptions {
  version: string;
  log: Log;
  /** This server as clients and tokens name it, with its path. */
  resource: URL;
  /** Where agents get their tokens: the API, as it is reached from outside. */
  authorizationServer: string;
  /** Exact origins of pages that may ask. */
  origins: readonly string[];
  trustProxy: number;
  /** Runs before anything is asked about a token. */
  guard: RequestHandler[];
  /** Who may ask, and as whom: the bearers of tokens, or, without authentication, everyone as one agent. */
  access: TokenAccess | { client: MoltnetApi };
}

export interface TokenAccess {
  findToken: FindToken;
  clientFor: (agentId: string, standing: Standing) => MoltnetApi;
  /** Present where client credentials may come in headers instead of a token. */
  traded?: TradedTokens;
}

export interface McpApp {
  app: Express;
  /** Ends what is still open: clients may be listening for changes. */
  close(): Promise<void>;
}

/** An entry of 100,000 characters, each four bytes long and escaped as JSON may, and its frame. */
const MAX_BODY_BYTES = 1_500_000;

/** The Streamable HTTP door: nothing is kept between two requests, so any number of processes may serve one agent. */
export function createMcpApp(options: McpAppOptions): McpApp {
  const { access, log, resource, version } = options;
  const report = (error: unknown) => log.error('a tool failed', { error: String((error as Error).stack ?? error) });
  const onerror = (error: Error) => void log.debug('mcp', { error: error.message });
  const handler = createMcpHandler(
    ({ authInfo }) => {
      return createMcpServer({ client: clientOf(access, authInfo), version, report });
    },
    { onerror, maxRequestBodySize: MAX_BODY_BYTES },
  );
  const metadataUrl = getOAuthProtectedResourceMetadataUrl(resource);

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxy);
  app.use(accessLog(log));
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.use(hostHeaderValidation(allowedHosts(resource)));
  app.get(metadataPaths(metadataUrl), describeResource(options));
  app.use(checkOrigin(options.origins, resource));
  for (const guard of options.guard) app.use(guard);
  app.use(credentialsOf(access));
  if ('findToken' in access) app.use(resource.pathname, requireToken({ ...access, resource, metadataUrl }));
  // Of `next` as third argument the adapter takes no notice; the body is read here and nowhere before, within the limit.
  app.all(resource.pathname, toNodeHandler(handler, { onerror, maxRequestBodySize: MAX_BODY_BYTES }));
  app.use(unknownPath(resource));
  app.use(anyError(log));
  return { app, close: () => handler.close() };
}

function clientOf(access: McpAppOptions['access'], authInfo: AuthInfo | undefined): MoltnetApi {
  if ('client' in access) return access.client;
  return access.clientFor(authInfo?.clientId ?? '', authInfo?.extra?.['standing'] as Standing);
}

function credentialsOf(access: McpAppOptions['access']): RequestHandler {
  if (!('findToken' in access) || !access.traded) return dropCredentials;
  const { findToken, traded } = access;
  return tradeCredentials(traded, async (token, ip) => (await findToken(token, ip)) !== undefined);
}

function accessLog(log: Log): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    response.once('close', () => {
      const { method, path, auth } = request;
      const status = response.writableFinished ? response.statusCode : 'aborted';
      const ms = Math.round(performance.now() - startedAt);
      log.debug('request', { method, path, status, ms, agentId: auth?.clientId });
    });
    next();
  };
}

/** RFC 9728 puts the resource's path behind the well-known one; clients of older revisions ask for it without. */
function metadataPaths(metadataUrl: string): string[] {
  return [new URL(metadataUrl).pathname, '/.well-known/oauth-protected-resource'];
}

function describeResource({ resource, authorizationServer }: McpAppOptions): RequestHandler {
  const metadata = {
    resource: resource.href,
    authorization_servers: [authorizationServer],
    bearer_methods_supported: ['header'],
    scopes_supported: ['agent'],
    resource_name: 'MoltNet',
    resource_documentation: `${authorizationServer}/docs`,
  };
  return (_request, response) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'public, max-age=300' }).json(metadata);
  };
}

function unknownPath(resource: URL): RequestHandler {
  return (_request, response) => sendError(response, 404, `There is nothing here: MCP is at ${resource.pathname}.`);
}

/** What Express would answer with a page of HTML; a failure of ours tells nothing of itself. */
function anyError(log: Log): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const known = findErrorKind(error);
    const status = known?.status ?? (error as { status?: number }).status ?? 500;
    if (status === 500) log.error('a request failed', { error: String((error as Error).stack ?? error) });
    if (status === 503) response.set('Retry-After', '2');
    if (known) response.set((error as { headers?: Record<string, string> }).headers);
    sendError(response, status, known ? (error as Error).message : 'The request failed.');
  };
}

function sendError(response: Parameters<RequestHandler>[1], status: number, message: string): void {
  response.status(status).json({ jsonrpc: '2.0', error: { code: -32000, message }, id: null });
}
