import { z } from 'zod';
import type { TupleRow } from '../../db/relationTuples.js';
import type { Tree } from './expandSet.js';

/** Keto's bounds. */
const MAX_DEPTH = 5;
const MAX_BATCH_CHECK = 10;
const PAGE_SIZE = 250;
const MAX_PAGE_SIZE = 1000;

const name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\0]*$/);
const nameOrNone = z.literal('').or(name);
const set = z.strictObject({ namespace: name, object: name, relation: nameOrNone });
/** As Keto takes it in strict mode; no more is stored, so that nothing is promised and not kept. */
export const tuple = z.strictObject({
  namespace: name,
  object: name,
  relation: name,
  subject_id: z.never('strict mode has subject sets only; an object itself is one with an empty relation').optional(),
  subject_set: set,
});
export const patch = z.array(z.strictObject({ action: z.enum(['insert', 'delete']), relation_tuple: tuple }));
export const batch = z.strictObject({ tuples: z.array(tuple).max(MAX_BATCH_CHECK) });
export const depth = z.strictObject({ 'max-depth': z.coerce.number().int().optional() });
export const expandQuery = set.extend({ relation: name }).extend(depth.shape);
export const filter = z
  .strictObject({
    namespace: name.optional(),
    object: name.optional(),
    relation: name.optional(),
    'subject_set.namespace': name.optional(),
    'subject_set.object': name.optional(),
    'subject_set.relation': nameOrNone.optional(),
  })
  .refine(
    (query) => new Set(['namespace', 'object', 'relation'].map((part) => `subject_set.${part}` in query)).size === 1,
    'a subject set has a namespace, an object and a relation',
  );
export const page = z.object({
  page_size: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(PAGE_SIZE),
  page_token: z.string().optional(),
});
const place = z.strictObject({
  namespace: z.string(),
  object: z.string(),
  relation: z.string(),
  subject_namespace: z.string(),
  subject_object: z.string(),
  subject_relation: z.string(),
});

export type Relationship = z.output<typeof tuple>;

/** An answer other than success, in words for whoever reads the log of a caller. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function read<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
  return parsed.data;
}

export function toRow({ subject_set, namespace, object, relation }: Omit<Relationship, 'subject_id'>): TupleRow {
  return {
    namespace,
    object,
    relation,
    subject_namespace: subject_set.namespace,
    subject_object: subject_set.object,
    subject_relation: subject_set.relation,
  };
}

export function fromRow(row: TupleRow) {
  const { namespace, object, relation } = row;
  return {
    namespace,
    object,
    relation,
    subject_set: { namespace: row.subject_namespace, object: row.subject_object, relation: row.subject_relation },
  };
}

export function toFilter(query: z.output<typeof filter>): Partial<TupleRow> {
  const { namespace, object, relation } = query;
  const given = {
    namespace,
    object,
    relation,
    subject_namespace: query['subject_set.namespace'],
    subject_object: query['subject_set.object'],
    subject_relation: query['subject_set.relation'],
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The depth that is asked for, where it is no more than the server's own. */
export function readDepth(query: { 'max-depth'?: number | undefined }): number {
  const asked = query['max-depth'] ?? 0;
  return asked > 0 ? Math.min(asked, MAX_DEPTH) : MAX_DEPTH;
}

export const encodePlace = (row: TupleRow): string => Buffer.from(JSON.stringify(row)).toString('base64url');

export function decodePlace(token: string): TupleRow {
  try {
    return place.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw new Refusal(400, 'The page token is not one of ours');
  }
}

export function toNode({ subject, children }: Tree): object {
  return {
    type: children.length > 0 ? 'union' : 'leaf',
    tuple: { namespace: '', object: '', relation: '', subject_set: subject },
    ...(children.length > 0 && { children: children.map(toNode) }),
  };
}
