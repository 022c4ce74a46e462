import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

const OWN_KEYS = new Set(['$schema', '$defs', 'id']);

/**
 * JSON schemas of zod schemas, in the dialect of OpenAPI 3.1. Schemas with an id (`.meta({ id })`) become components, and
 * every use of one a reference. They say what may be sent: fields with defaults are optional, only strict objects forbid
 * further fields, and an answer may gain fields without breaking a client.
 */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};

  /** The schema, or a reference to it. Throws where two different schemas claim one id. */
  add(schema: z.ZodType): JsonSchema {
    const { $defs = {}, ...root } = z.toJSONSchema(schema, {
      io: 'input',
      override: ({ jsonSchema }) => removeNoise(jsonSchema),
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    for (const [id, component] of Object.entries($defs)) this.define(id, component);
    return point(root);
  }

  private define(id: string, schema: JsonSchema): void {
    const component = point(schema);
    const known = this.schemas[id];
    if (known && JSON.stringify(known) !== JSON.stringify(component)) {
      throw new Error(`Two schemas have the id ${id}: rename one.`);
    }
    this.schemas[id] = component;
  }
}

/** A format says it already, and nobody means JavaScript's largest integer. */
function removeNoise(schema: JsonSchema): void {
  if (schema['format'] !== undefined) delete schema['pattern'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
}

function point(schema: JsonSchema): JsonSchema {
  const own = Object.entries(schema).filter(([key]) => !OWN_KEYS.has(key));
  const text = JSON.stringify(Object.fromEntries(own));
  return JSON.parse(text.replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/')) as JsonSchema;
}
