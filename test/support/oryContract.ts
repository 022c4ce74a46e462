import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Exchange } from './recorder.js';

const SPEC = new URL('../../../test/fixtures/ory-openapi-subset.json', import.meta.url);
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

type Schema = Record<string, unknown>;
type Content = Record<string, { schema: Schema }>;
type Body = { content?: Content; required?: boolean };
type Parameter = { in: 'path' | 'query'; name: string; required?: boolean; schema: Schema };
type Operation = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: Body;
  responses: Record<string, Body & { $ref?: string }>;
};
type Spec = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Body> };
};

const spec = JSON.parse(readFileSync(SPEC, 'utf8')) as Spec;

// No coercion: a number sent as text is a fault, as it is for a strict peer.
const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, logger: false });
formats.default(ajv);
ajv.addFormat('uuid4', /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i);
ajv.addSchema(spec, 'ory');

const compiled = new Map<string, ValidateFunction>();

/** References inside the document are relative to it, so a schema is compiled by its place in it. */
function validator(pointer: string[]): ValidateFunction {
  const path = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const known = compiled.get(path);
  if (known) return known;
  const made = ajv.compile({ $ref: `ory#/${path}` });
  compiled.set(path, made);
  return made;
}

function faultsOf(where: string, validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error: ErrorObject) => `${where}${error.instancePath} ${error.message ?? ''}`);
}

/** Literal paths before patterns, as a router does. */
function findOperation(method: string, path: string): { pointer: string[]; operation: Operation } | undefined {
  const templates = Object.keys(spec.paths).sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')));
  for (const template of templates) {
    const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    const operation = spec.paths[template]?.[method.toLowerCase()];
    if (pattern.test(path) && operation && METHODS.includes(method.toLowerCase())) {
      return { pointer: ['paths', template, method.toLowerCase()], operation };
    }
  }
  return undefined;
}

function parse(text: string, contentType: string): unknown {
  return contentType.includes('urlencoded') ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
}

function bodyFaults(where: string, body: Body, pointer: string[], contentType: string, text: string): string[] {
  if (text === '') return body.content && body.required !== false ? [`${where} has no body`] : [];
  const type = contentType.split(';')[0] ?? '';
  if (!body.content?.[type]) return [`${where} has a body of type ${type}, which is not in the document`];
  return faultsOf(where, validator([...pointer, 'content', type, 'schema']), parse(text, type));
}

function queryFaults(operation: Operation, query: URLSearchParams): string[] {
  const known = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const names = known.map((parameter) => parameter.name);
  return [
    ...[...query.keys()]
      .filter((name) => !names.includes(name))
      .map((name) => `query has ${name}, not in the document`),
    ...known.filter(({ name, required }) => required && !query.has(name)).map(({ name }) => `query lacks ${name}`),
  ];
}

/** What is wrong with a request and its answer by Ory's own document; a path that is not in it is a fault too. */
export function contractFaults(exchange: Exchange): string[] {
  const url = new URL(exchange.path, 'http://ory');
  const found = findOperation(exchange.method, url.pathname);
  if (!found) return [`${exchange.method} ${url.pathname} is not in the document`];
  const { operation, pointer } = found;
  const status = operation.responses[exchange.status] ? String(exchange.status) : 'default';
  const response = operation.responses[status];
  if (!response) return [`${operation.operationId} has no answer ${exchange.status}`];
  const shared = response.$ref?.split('/').at(-1);
  const at = shared === undefined ? [...pointer, 'responses', status] : ['components', 'responses', shared];
  const answer = shared === undefined ? response : (spec.components.responses[shared] ?? {});
  const request = operation.requestBody;
  return [
    ...queryFaults(operation, url.searchParams),
    ...(request
      ? bodyFaults('request', request, [...pointer, 'requestBody'], exchange.requestType, exchange.requestBody)
      : []),
    ...bodyFaults('answer', answer, at, exchange.answerType, exchange.answerBody),
  ].map((fault) => `${operation.operationId} ${exchange.status}: ${fault}`);
}

export function operationOf(exchange: Exchange): string | undefined {
  return findOperation(exchange.method, new URL(exchange.path, 'http://ory').pathname)?.operation.operationId;
}

/** What is wrong with a value by one of the document's schemas. */
export function schemaFaults(name: string, value: unknown): string[] {
  return faultsOf(name, validator(['components', 'schemas', name]), value);
}
