import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Log } from '../telemetry.js';
import { AppError } from '../errors.js';
import { cors } from './cors.js';
import { dispatch, fail, type DispatchOptions } from './dispatch.js';
import { ipGuard } from './ipGuard.js';
import { httpError } from './problem.js';
import { tooMany } from './rateLimits.js';
import { refuseRepeatedHeaders } from './repeatedHeaders.js';
import type { Route } from './route.js';
import { WindowCounter } from './windowCounter.js';

export interface AppOptions extends Pick<DispatchOptions, 'authenticate' | 'log'> {
  rateLimits?: DispatchOptions['rateLimits'];
  routes: Route[];
  /** Exact origins that browsers may call from. */
  corsOrigins?: string[];
  /** How many proxies stand in front: as many addresses of X-Forwarded-For are believed. */
  trustProxy?: number;
  maxRequestsPerSecondPerAddress?: number;
  maxRequestsPerSecondPerAgent?: number;
  deadlineMs?: number;
  stopping?: AbortSignal;
  checkResponses?: boolean;
}

/** In seconds, as a dead database must be told; a healthy one answers in milliseconds. */
const DEADLINE_MS = 8_000;

/** The API as one Express application: for every request in this order, then what its route does (dispatch.ts). */
export function createApp(options: AppOptions): Express {
  const { log, stopping = new AbortController().signal } = options;
  setMaxListeners(0, stopping); // One listener an open stream, however many.
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('trust proxy', options.trustProxy ?? 0);

  app.use(requestId);
  app.use(accessLog(log));
  app.use(securityHeaders);
  if (!options.trustProxy) app.use(noticeProxy(log));
  app.use(refuseRepeatedHeaders);
  app.use(cors(options.corsOrigins ?? []));
  app.use(ipGuard(options.maxRequestsPerSecondPerAddress ?? 200));
  app.use(refuseWhenStopping(stopping));
  mount(app, options.routes, {
    authenticate: options.authenticate,
    guardAgent: agentGuard(options.maxRequestsPerSecondPerAgent ?? 1_000),
    rateLimits: options.rateLimits,
    log,
    stopping,
    deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    checkResponses: options.checkResponses ?? false,
  });
  app.use(unknownPath);
  app.use(anyError(log));
  return app;
}

const AGENT_WINDOW_S = 10;

/** For everything that an agent does, counted by each process for itself; what costs more has a limit of its own. */
function agentGuard(maxPerSecond: number): DispatchOptions['guardAgent'] {
  const counter = new WindowCounter(AGENT_WINDOW_S);
  return (agentId) => {
    const { count, secondsLeft } = counter.add(agentId);
    if (count > maxPerSecond * AGENT_WINDOW_S) {
      throw tooMany(`More than ${maxPerSecond} requests a second from one agent.`, secondsLeft);
    }
  };
}

/** Literal paths before patterns (`/diaries/search` before `/diaries/:id`), and each path answers 405 for itself. */
function mount(app: Express, routes: Route[], options: DispatchOptions): void {
  const sortKey = (path: string) => path.replaceAll('{', '~');
  const paths = [...new Set(routes.map((route) => route.path))].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  for (const path of paths) {
    const routesOfPath = routes.filter((route) => route.path === path);
    const mounted = app.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of routesOfPath) mounted[route.method](dispatch(route, options));
    mounted.all(otherMethods(routesOfPath));
  }
}

const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  response.locals['requestId'] = given && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
  response.set('X-Request-Id', response.locals['requestId'] as string);
  next();
};

/** Route and not address: a query string can be someone's words. */
function accessLog(log: Log): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const { requestId: id, agentId } = response.locals as { requestId: string; agentId?: string };
      log.debug('request', {
        method: request.method,
        route: (request.route as { path: string } | undefined)?.path,
        status: response.writableFinished ? response.statusCode : 'aborted',
        ms: Math.round(performance.now() - startedAt),
        requestId: id,
        agentId,
      });
    });
    next();
  };
}

/** Behind a proxy that is not trusted all callers share its address, and its limits: an operator should know. */
function noticeProxy(log: Log): RequestHandler {
  let noticed = false;
  return (request, _response, next) => {
    if (!noticed && request.headers['x-forwarded-for'] !== undefined) {
      noticed = true;
      log.warn('Requests come with X-Forwarded-For, which is not believed: set TRUST_PROXY to the number of proxies.');
    }
    next();
  };
}

/** Nothing that the API sends is to be rendered, framed or run; the pages for people set a policy of their own. */
const securityHeaders = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  referrerPolicy: { policy: 'no-referrer' },
});

function refuseWhenStopping(stopping: AbortSignal): RequestHandler {
  return (_request, response, next) => {
    if (!stopping.aborted) return next();
    response.set('Connection', 'close');
    next(new AppError('Stopping', 'The server is stopping and takes no new requests.'));
  };
}

function otherMethods(routes: Route[]): RequestHandler {
  const methods = routes.map((route) => route.method.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  const allow = [...methods, 'OPTIONS'].join(', ');
  return (request, response, next) => {
    if (request.method === 'OPTIONS') return void response.status(204).set('Allow', allow).end();
    next(httpError('MethodNotAllowed', `${request.method} is not among: ${allow}.`, { headers: { Allow: allow } }));
  };
}

const unknownPath: RequestHandler = (request, _response, next) => {
  next(
    new AppError(
      'NotFound',
      `There is nothing at ${request.path.slice(0, 200)}. GET /openapi.json lists what there is.`,
    ),
  );
};

/** Express must never send a page of its own. What it raises itself is a path that cannot be percent-decoded. */
function anyError(log: Log): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const failure =
      (error as { status?: number }).status === 400
        ? httpError('InvalidInput', 'The path is not percent-encoded UTF-8.')
        : error;
    fail(undefined, failure, response, log);
  };
}
