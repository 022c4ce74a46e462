import type { JsonSchema } from '../jsonSchema.js';
import type { Document, Operation } from '../openapi.js';

/** The schema itself, where it is a reference. */
export function resolve(document: Document, schema: JsonSchema): JsonSchema {
  const name = componentOf(schema);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}

/** The name of the component that a schema refers to. */
export function componentOf(schema: JsonSchema): string | undefined {
  return typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
}

/** A value that the schema lets through: its own example, or the least that it asks for. */
export function exampleOf(document: Document, schema: JsonSchema): unknown {
  const whole = resolve(document, schema);
  const {
    examples,
    properties,
    required = [],
    items,
    type,
  } = whole as {
    examples?: unknown[];
    properties?: Record<string, JsonSchema>;
    required?: string[];
    items?: JsonSchema;
    type?: string;
  };
  if (examples?.[0] !== undefined) return examples[0];
  for (const key of ['const', 'default'] as const) if (whole[key] !== undefined) return whole[key];
  if (Array.isArray(whole['enum'])) return whole['enum'][0];
  if (properties) {
    const shown = Object.entries(properties).filter(([name]) => required.includes(name));
    return Object.fromEntries(shown.map(([name, field]) => [name, exampleOf(document, field)]));
  }
  if (type === 'array') return items ? [exampleOf(document, items)] : [];
  if (type === 'integer' || type === 'number') return whole['minimum'] ?? 1;
  if (type === 'boolean') return true;
  return whole['format'] === 'date-time' ? '2026-03-01T09:30:00Z' : '…';
}

/** The request as a command: `$API` and `$TOKEN` are the reader's, names in capitals stand for what they put in. */
export function curlOf(document: Document, path: string, method: string, operation: Operation): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => toConstant(name));
  const query = (operation.parameters ?? []).filter((one) => one.in === 'query' && one.required);
  const search = query.map((one) => `${one.name}=${toConstant(one.name)}`).join('&');
  const body = operation.requestBody?.content;
  const json = body?.['application/json']?.schema;
  const lines = [
    `curl ${flagsOf(method, operation)}"$API${filled}${search && `?${search}`}"`,
    ...(operation.security.some((one) => one['bearer']) ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(operation.security.some((one) => one['client']) ? ['-u "$CLIENT_ID:$CLIENT_SECRET"'] : []),
    ...headersOf(operation),
    ...(body && !json ? [formOf(operation.operationId)] : []),
    ...(json ? ["-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(exampleOf(document, json)))}`] : []),
  ];
  return lines.join(' \\\n  ');
}

function headersOf({ parameters = [] }: Operation): string[] {
  const takes = (name: string) => parameters.some((one) => one.name === name);
  return [
    ...(takes('Idempotency-Key') ? ["-H 'Idempotency-Key: a-name-for-this-request'"] : []),
    ...(takes('If-Match') ? [`-H 'If-Match: "1"'`] : []),
  ];
}

/** Without -N curl keeps the events of a stream to itself. */
function flagsOf(method: string, { responses }: Operation): string {
  if (method !== 'get') return `-X ${method.toUpperCase()} `;
  return JSON.stringify(responses).includes('text/event-stream') ? '-N ' : '';
}

const formOf = (operationId: string) =>
  operationId === 'issueToken' ? '-d grant_type=client_credentials' : '-d token="$TOKEN"';

const toConstant = (name: string) => name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
