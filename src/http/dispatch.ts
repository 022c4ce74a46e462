import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { AppError, findErrorKind } from '../errors.js';
import type { Log } from '../telemetry.js';
import { Deadline, readTimedOut, startTimedOut } from './deadline.js';
import { isIdempotencyKey } from './idempotency.js';
import type { Authenticate, Principal } from './principal.js';
import { toProblem } from './problem.js';
import type { RateLimits } from './rateLimits.js';
import { readBody } from './readBody.js';
import type { AnyReply, Route } from './route.js';
import { validate } from './validate.js';

export interface DispatchOptions {
  authenticate: Authenticate;
  /** Throws TooManyRequests for an agent that asks too often, whatever it asks for. */
  guardAgent: (agentId: string) => void;
  rateLimits: Pick<RateLimits, 'take'> | undefined;
  log: Log;
  /** How long a handler may take; authentication has as long again. */
  deadlineMs: number;
  /** Aborts when the server stops: streams end then. */
  stopping: AbortSignal;
  /** Compares every answer with its schema; a difference is an InternalError. For tests. */
  checkResponses: boolean;
}

/** What becomes of a request that has found its route. Authentication comes before a byte of the body is read. */
export function dispatch(route: Route, options: DispatchOptions) {
  return async (request: Request, response: Response): Promise<void> => {
    const deadline = new Deadline(route.deadlineMs ?? options.deadlineMs);
    const end = () => deadline.end(new AppError('Stopping', 'The caller has gone, or the server stops.'));
    response.once('close', end);
    const late = () => timedOut(route, request, deadline.ms);
    try {
      const principal = await deadline.within(admit(route, request, options), late);
      // The body has the time that the whole request has (listen.ts), so that a slow line is no time-out of ours.
      deadline.met();
      const body = await readBody(request, response, route);
      const input = validate(route, request, body);
      const { requestId } = response.locals as { requestId: string };
      const context = { ...input, principal, requestId, deadline: deadline.signal, ip: request.ip ?? '' };
      deadline.restart();
      const reply = await deadline.within(route.handler(context), late);
      deadline.met();
      if (options.checkResponses) checkReply(route, reply);
      if (isStream(reply.body)) options.stopping.addEventListener('abort', end, { once: true });
      await send(route, reply, response, deadline.signal);
    } catch (error) {
      fail(route, error, response, options.log);
    } finally {
      deadline.met();
      options.stopping.removeEventListener('abort', end);
    }
  };
}

async function admit(route: Route, request: Request, options: DispatchOptions): Promise<Principal | undefined> {
  const principal = route.access === 'public' ? undefined : await identify(route, request, options);
  if (route.limit) {
    const caller = { ip: request.ip ?? '', agentId: principal?.agentId };
    (request.res as Response).set(await options.rateLimits?.take(route.limit, caller));
  }
  return principal;
}

async function identify(route: Route, request: Request, options: DispatchOptions): Promise<Principal> {
  const principal = await options.authenticate(request);
  (request.res as Response).locals['agentId'] = principal.agentId;
  options.guardAgent(principal.agentId);
  if (route.tokenOnly && principal.sessionId !== undefined) {
    throw new AppError('Forbidden', 'A session may not do this: send a token of the agent.');
  }
  if (route.access === 'operator' && principal.role !== 'operator') {
    throw new AppError('NotFound', `There is nothing at ${request.path}.`);
  }
  return principal;
}

function timedOut(route: Route, request: Request, ms: number): AppError {
  if (route.method === 'get') return readTimedOut(ms);
  const key = request.headers['idempotency-key'];
  return startTimedOut(ms, typeof key === 'string' && isIdempotencyKey(key) ? key : undefined);
}

function checkReply(route: Route, reply: AnyReply): void {
  const spec = route.responses[reply.status];
  if (!spec) throw new Error(`${route.operationId} answered ${reply.status}, which it does not declare.`);
  if (spec.contentType === undefined) spec.schema?.parse(reply.body);
}

async function send(route: Route, reply: AnyReply, response: Response, closed: AbortSignal): Promise<void> {
  response.status(reply.status).set('Cache-Control', 'no-store');
  if (reply.headers) response.set(reply.headers);
  const contentType = route.responses[reply.status]?.contentType;
  if (reply.body === undefined || response.req.method === 'HEAD') {
    if (contentType) response.type(contentType);
    response.end();
  } else if (contentType === undefined) {
    response.type('application/json').end(JSON.stringify(reply.body));
  } else if (isStream(reply.body)) {
    response.type(contentType).flushHeaders();
    // A stream ends by itself when `closed` aborts; a caller that has gone is no failure.
    await pipeline(reply.body, response).catch((error: unknown) => {
      if (!closed.aborted) throw error;
    });
  } else {
    response.type(contentType).end(reply.body as string | Uint8Array);
  }
}

function isStream(body: unknown): body is AsyncIterable<string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** Where every failure is rendered and, if nobody has foreseen it, logged: once, here. */
export function fail(route: Route | undefined, error: unknown, response: Response, log: Log): void {
  const { requestId } = response.locals as { requestId: string };
  const { problem, headers } = toProblem(error, requestId);
  logFailure(error, problem.status, { requestId, operation: route?.operationId, name: problem.name }, log);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const own = route?.renderError?.(error);
  response
    .status(own?.status ?? problem.status)
    .set({ 'Cache-Control': 'no-store', ...headers, ...own?.headers })
    .type(own ? 'application/json' : 'application/problem+json')
    .end(JSON.stringify(own?.body ?? problem));
}

function logFailure(error: unknown, status: number, details: Record<string, unknown>, log: Log): void {
  if (status < 500) return;
  if (findErrorKind(error)) log.warn((error as Error).message, details);
  else if (status === 503) log.warn('The database does not answer.', { ...details, cause: String(error) });
  else
    log.error('A request failed unexpectedly.', {
      ...details,
      stack: error instanceof Error ? error.stack : String(error),
    });
}
