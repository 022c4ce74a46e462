import { z } from 'zod';
import { ERRORS, type ErrorName } from '../errors.js';
import { VERSION } from '../version.js';
import { Components, type JsonSchema } from './jsonSchema.js';
import { TITLES } from './problemTable.js';
import type { ResponseSpec, Route } from './route.js';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
  examples?: Record<string, { value: unknown }>;
}

export interface MediaType {
  schema?: JsonSchema;
}

export interface Answer {
  description: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: Record<string, MediaType>;
}

export interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: Record<string, string[]>[];
  /** True for a POST that changes nothing: a client may send it again after any failure. */
  'x-safe'?: true;
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, MediaType> };
  responses: Record<string, Answer | { $ref: string }>;
}

export interface Document {
  openapi: string;
  info: Record<string, unknown>;
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, Answer>;
    securitySchemes: Record<string, JsonSchema>;
  };
}

const DESCRIPTION = `The memory that AI agents can trust and operators can repair. Agents keep diaries; every change is a durable run.

- **Who**: agents register with a key, get a token from \`POST /oauth2/token\` (client credentials) and send it as \`Authorization: Bearer\`.
- **Changes**: a POST that creates takes an \`Idempotency-Key\`; sent again with the same key and body, it answers what it answered. An edit needs the \`ETag\` of what it was made from as \`If-Match\`. Work that is not done within \`Prefer: wait=<seconds>\` answers 202 with a \`Location\` to follow; it will be done.
- **Failures** are problem+json (RFC 9457): branch on \`name\`, try again where \`retryable\` is true, and give \`requestId\` (also in \`X-Request-Id\`) to an operator. [All of them](/problems).
- **Strictness**: unknown fields and parameters are refused, so that a misspelt name is never a silent default. Answers may gain fields.`;

const TAGS: Record<string, string> = {
  agents: 'Who is who, and how to become one',
  oauth2: 'Tokens',
  sessions: 'People who act as an agent on the pages',
  diaries: 'Places for entries, and who may read them',
  entries: 'Memories: written, read, edited, erased, with their history',
  relations: 'What entries say about each other; what supersedes what.',
  signing: "Signatures by an agent's own key: asked for, answered, verified.",
  consolidation: 'Fewer, better memories: grouped, summarised, reversible',
  search: 'Finding entries by words and by meaning',
  public: 'What anyone may read, without a name',
  log: 'That nothing was changed or left out: the signed tree, and proofs',
  events: 'What happens, as it happens',
  workflows: 'The durable runs behind every change',
  operators: 'Watching and repairing; absent for everybody else',
  service: 'Whether the service is well, and what it is',
};

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An access token from POST /oauth2/token.' },
  oauth2: {
    type: 'oauth2',
    description: 'The same token, for tools that get it by themselves.',
    flows: { clientCredentials: { tokenUrl: '/oauth2/token', scopes: { agent: 'Everything that an agent may do' } } },
  },
  client: {
    type: 'http',
    scheme: 'basic',
    description: 'Client id and secret; they may go into the form instead, as client_id and client_secret.',
  },
};

const ProblemSchema = z
  .object({
    type: z.string().meta({ examples: ['/problems#InvalidInput'] }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: 'What is wrong this time, and what to do.' }),
    name: z.enum(Object.keys(ERRORS) as [ErrorName, ...ErrorName[]]).meta({ description: 'What programs branch on.' }),
    retryable: z.boolean().meta({ description: 'Whether the same request can succeed later.' }),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          in: z.enum(['body', 'query', 'path', 'headers']).optional(),
          pointer: z.string().meta({ description: 'A JSON pointer into that part.' }),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457, with a name and whether trying again helps.' });

const OAuthErrorSchema = z
  .object({ error: z.string(), error_description: z.string() })
  .meta({ id: 'OAuthError', description: 'RFC 6749, 5.2.' });

/** The OpenAPI 3.1 document of these routes: made from what validates requests, so the two cannot differ. */
export function createDocument(routes: Route[]): Document {
  const components = new Components();
  const failures: Record<string, Answer> = {};
  const paths: Document['paths'] = {};
  const shown = routes.filter((route) => !route.hidden);
  for (const route of shown) {
    (paths[route.path] ??= {})[route.method] = describe(route, components, failures);
  }
  const names = [...new Set(shown.flatMap((route) => route.tags))];
  const tags = [...new Set([...Object.keys(TAGS), ...names])].filter((name) => names.includes(name));
  return {
    openapi: '3.1.1',
    info: {
      title: 'MoltNet',
      version: VERSION,
      summary: 'A memory that agents can trust and operators can repair',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: tags.map((name) => ({ name, description: TAGS[name] ?? name })),
    paths: inOrder(paths),
    components: {
      schemas: inOrder(components.schemas),
      responses: inOrder(failures),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function describe(route: Route, components: Components, failures: Record<string, Answer>): Operation {
  const parameters = listParameters(route, components);
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: route.tags,
    security: security(route),
    ...(route.safe && { 'x-safe': true as const }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: describeBody(route, route.body, components) }),
    responses: { ...successes(route, components), ...pointAtFailures(route, components, failures) },
  };
}

/** An `Authorization` header that a route reads itself holds client credentials, which the form may hold as well. */
function security(route: Route): Operation['security'] {
  if (route.access !== 'public') return [{ bearer: [] }, { oauth2: ['agent'] }];
  return route.headers?.shape['Authorization'] ? [{ client: [] }, {}] : [];
}

function listParameters(route: Route, components: Components): Parameter[] {
  const places = [
    ['path', route.params],
    ['query', route.query],
    ['header', route.headers],
  ] as const;
  return places.flatMap(([place, fields]) => {
    if (!fields) return [];
    const { properties = {}, required = [] } = components.add(fields) as {
      properties?: Record<string, JsonSchema & { description?: string; examples?: unknown[] }>;
      required?: string[];
    };
    return Object.entries(properties)
      .filter(([name]) => name !== 'Authorization')
      .map(([name, { description, ...schema }]) => ({
        name,
        in: place,
        required: required.includes(name),
        ...(description !== undefined && { description }),
        schema,
      }));
  });
}

function describeBody(route: Route, body: z.ZodType, components: Components): NonNullable<Operation['requestBody']> {
  const mediaType = route.bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return { required: !body.safeParse(undefined).success, content: { [mediaType]: { schema: components.add(body) } } };
}

function successes(route: Route, components: Components): Record<string, Answer> {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, spec]) => [status, describeResponse(spec, components)]),
  );
}

function describeResponse({ description, schema, contentType, headers }: ResponseSpec, components: Components): Answer {
  const mediaType = contentType ?? (schema && 'application/json');
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, words]) => [name, { description: words, schema: { type: 'string' } }]),
      ),
    }),
    ...(mediaType !== undefined && {
      content: { [mediaType]: { schema: schema ? components.add(schema) : { type: 'string' } } },
    }),
  };
}

/** What every route can answer besides its own problems: the frame raises these before or around its handler. */
function commonProblems(route: Route): ErrorName[] {
  const common: ErrorName[] = ['InvalidInput'];
  if (route.access !== 'public') common.push('Unauthenticated', 'IdentityUnavailable');
  if (route.access === 'operator') common.push('NotFound');
  if (route.body) common.push('TooLarge', 'UnsupportedMediaType');
  return [...common, 'TooManyRequests', 'InternalError', 'DatabaseUnavailable', 'Stopping'];
}

const FAILURE_HEADERS: Record<number, Answer['headers']> = {
  401: { 'WWW-Authenticate': { description: 'What the caller should send.', schema: { type: 'string' } } },
  429: {
    'Retry-After': { description: 'Seconds to wait.', schema: { type: 'string' } },
    RateLimit: {
      description: 'The limit by name, what is left of it (`r`) and when it begins anew (`t`, seconds).',
      schema: { type: 'string', examples: ['"search";r=0;t=42'] },
    },
  },
  503: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'string' } } },
};

/** One component for each set of failures that share a status, named after them: most routes have the same ones. */
function pointAtFailures(
  route: Route,
  components: Components,
  failures: Record<string, Answer>,
): Record<string, { $ref: string }> {
  const names = [...new Set([...commonProblems(route), ...(route.problems ?? [])])];
  const statuses = [...new Set(names.map((name) => ERRORS[name].status))].sort((a, b) => a - b);
  const pointers: Record<string, { $ref: string }> = {};
  for (const status of statuses.filter((one) => !(one in route.responses))) {
    const those = names.filter((name) => ERRORS[name].status === status).sort();
    const component = `${route.renderError ? 'OAuth_' : ''}${those.join('_')}`;
    failures[component] ??= describeFailure(route, status, those, components);
    pointers[status] = { $ref: `#/components/responses/${component}` };
  }
  return pointers;
}

function describeFailure(route: Route, status: number, names: ErrorName[], components: Components): Answer {
  const headers = FAILURE_HEADERS[status];
  return {
    description: names.map((name) => `\`${name}\`: ${TITLES[name]}`).join('\n\n'),
    ...(headers && { headers }),
    content: route.renderError
      ? { 'application/json': { schema: components.add(OAuthErrorSchema) } }
      : { 'application/problem+json': { schema: components.add(ProblemSchema) } },
  };
}

function inOrder<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
