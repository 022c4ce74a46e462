import type { JsonSchema } from '../jsonSchema.js';
import type { Parameter } from '../openapi.js';
import { componentOf } from './example.js';
import { html, markdown, type Html } from './html.js';

/** A type in words, with links to the schemas that have a name. */
export function typeOf(schema: JsonSchema): Html {
  const name = componentOf(schema);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  const choices = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  if (choices) return join(choices.map(typeOf), ' or ');
  if (Array.isArray(schema['enum']))
    return join(
      schema['enum'].map((value) => html`<code>${String(value)}</code>`),
      ' ',
    );
  if (schema['const'] !== undefined) return html`<code>${JSON.stringify(schema['const'])}</code>`;
  if (schema['type'] === 'array') return html`list of ${typeOf((schema['items'] as JsonSchema | undefined) ?? {})}`;
  if (schema['type'] === undefined) return html`anything`;
  const type = (schema['format'] ?? schema['type']) as string | string[];
  return html`${Array.isArray(type) ? type.join(' or ') : type}`;
}

const LIMITS: [string, string, string][] = [
  ['minLength', 'maxLength', 'characters'],
  ['minItems', 'maxItems', 'items'],
  ['minimum', 'maximum', ''],
];

/** What limits a value, and what it is when left out. */
function limitsOf(schema: JsonSchema): string {
  const limits = LIMITS.flatMap(([least, most, unit]) => {
    const [from, to] = [schema[least], schema[most]] as (number | undefined)[];
    if (to === undefined && (from === undefined || from === 0)) return [];
    if (to === undefined) return [`at least ${from ?? 0} ${unit}`];
    return [from === undefined || from === 0 ? `at most ${to} ${unit}` : `${from} to ${to} ${unit}`];
  });
  if (schema['default'] !== undefined) limits.push(`default ${JSON.stringify(schema['default'])}`);
  return limits.map((limit) => limit.trim()).join('; ');
}

type Marks = 'required' | 'optional';

interface Row {
  name: string;
  schema: JsonSchema;
  required: boolean;
  description: string | undefined;
  place?: string;
}

/**
 * The fields of an object, one a row; fields of an object without a name follow with their path. `marks` says which of
 * them a mark is for: in a request those that must be there, in a schema of its own those that may be absent.
 */
export function fieldTable(schema: JsonSchema, marks: Marks): Html | undefined {
  const rows = fieldsOf(schema, '');
  return rows.length > 0 ? table(rows, marks) : undefined;
}

export function parameterTable(parameters: Parameter[]): Html {
  return table(
    parameters.map(({ in: place, ...parameter }) => ({ ...parameter, place, description: parameter.description })),
    'required',
  );
}

function fieldsOf(schema: JsonSchema, prefix: string): Row[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const row = {
      name: path,
      schema: field,
      required: required.includes(name),
      description: field['description'] as string,
    };
    const isList = field['type'] === 'array';
    const inner = isList ? ((field['items'] as JsonSchema | undefined) ?? {}) : presentForm(field);
    return [row, ...fieldsOf(inner, isList ? `${path}[].` : `${path}.`)];
  });
}

/** Of what may be null, what it is otherwise. */
function presentForm(schema: JsonSchema): JsonSchema {
  const forms = (schema['anyOf'] as JsonSchema[] | undefined) ?? [schema];
  return forms.find((form) => form['type'] !== 'null') ?? schema;
}

function table(rows: Row[], marks: Marks): Html {
  const hasPlaces = rows.some((row) => row.place !== undefined);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Fields">
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          ${hasPlaces && html`<th scope="col">In</th>`}
          <th scope="col">Type</th>
          <th scope="col">What it is</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ name, schema, required, description, place }) =>
            html`<tr>
              <td><code>${name}</code> ${markOf(required, marks)}</td>
              ${hasPlaces && html`<td>${place}</td>`}
              <td>${typeOf(schema)}</td>
              <td>
                ${description !== undefined && markdown(description)}
                <span class="soft">${limitsOf(schema)}</span>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function markOf(required: boolean, marks: Marks): Html | false {
  if (marks === 'required') return required && html`<span class="needed">required</span>`;
  return !required && html`<span class="soft">optional</span>`;
}

function join(parts: Html[], separator: string): Html {
  return html`${parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part]))}`;
}
