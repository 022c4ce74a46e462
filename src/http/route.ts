import type { z } from 'zod';
import type { ErrorName } from '../errors.js';
import type { Principal } from './principal.js';
import type { BucketName } from './rateLimits.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** operator routes answer 404 to everybody else: they do not tell that they exist. */
export type Access = 'public' | 'agent' | 'operator';

export interface ResponseSpec {
  description: string;
  /** Absent: the answer has no body. */
  schema?: z.ZodType;
  /** Anything but JSON, sent as the handler gives it: text, bytes, or a stream (an async iterable of strings). */
  contentType?: string;
  /** Names of headers with their descriptions. */
  headers?: Record<string, string>;
}

type Fields = z.ZodObject | undefined;
type Body = z.ZodType | undefined;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
export type Raw = string | Uint8Array | AsyncIterable<string>;

type BodyOf<R extends ResponseSpec> = R extends { contentType: string }
  ? { body: Raw }
  : R extends { schema: infer S extends z.ZodType }
    ? { body: z.input<S> }
    : { body?: undefined };

/** What a handler returns: one of the route's statuses, with the body that its schema describes. */
export type Reply<R extends Record<number, ResponseSpec>> = {
  [S in keyof R & number]: { status: S; headers?: Record<string, string> } & BodyOf<R[S]>;
}[keyof R & number];

export interface Context<A extends Access, P extends Fields, Q extends Fields, H extends Fields, B extends Body> {
  params: Parsed<P>;
  query: Parsed<Q>;
  headers: Parsed<H>;
  body: Parsed<B>;
  principal: A extends 'public' ? undefined : Principal;
  /** Aborts when the time for an answer is up or the caller has gone; for a stream, also when the server stops. */
  deadline: AbortSignal;
  requestId: string;
  ip: string;
}

interface RouteSpec {
  method: Method;
  /** As in OpenAPI: `/entries/{entryId}`. */
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  access: Access;
  /** Not for a person's session: what it gives would outlive the session. */
  tokenOnly?: true;
  /** The shared limit that its requests count against; without one, only what each process counts for itself holds. */
  limit?: BucketName;
  /** Failures worth documenting, besides those every route can have (400, 401, 429, 500, 503). */
  problems?: ErrorName[];
  /** A POST that changes nothing: clients may send it again after any failure, without an Idempotency-Key. */
  safe?: true;
  /** Form bodies are for OAuth; all else is JSON. */
  bodyType?: 'json' | 'form';
  /** Default: 5 MB, and 64 KB on public routes, where nobody is known yet. */
  maxBodyBytes?: number;
  /** How long the handler may take, if not the server's usual time. */
  deadlineMs?: number;
  /** Left out of the document and of /llms.txt: pages for people, the document itself. */
  hidden?: boolean;
  /** For routes that must answer errors in another standard's form (OAuth). */
  renderError?: (error: unknown) => { status: number; body: unknown; headers?: Record<string, string> } | undefined;
}

/** A route with its types erased: what the wiring and the document need. */
export interface Route extends RouteSpec {
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  responses: Record<number, ResponseSpec>;
  handler: (context: unknown) => Promise<AnyReply>;
}

export interface AnyReply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * Defines a route once: the Express wiring, the validation and the OpenAPI document all come from what is given here.
 * Parameters that a schema does not name are refused, as the fields of a strict body are. Header names are written as in documents (`If-Match`); the handler finds them under the same names.
 */
export function defineRoute<
  const A extends Access,
  const R extends Record<number, ResponseSpec>,
  P extends Fields = undefined,
  Q extends Fields = undefined,
  H extends Fields = undefined,
  B extends Body = undefined,
>(
  route: RouteSpec & {
    access: A;
    params?: P;
    query?: Q;
    headers?: H;
    body?: B;
    responses: R;
    handler: (context: Context<A, P, Q, H, B>) => Promise<Reply<NoInfer<R>>> | Reply<NoInfer<R>>;
  },
): Route {
  const strictly = { params: route.params?.strict(), query: route.query?.strict() };
  return { ...route, ...strictly, handler: async (context: never) => route.handler(context) } as unknown as Route;
}
