import type { components, operations } from './openapi.js';
import type { OPERATIONS } from './operations.js';

export type Schemas = components['schemas'];
/** What can be called, by the operationId of GET /openapi.json. */
export type OperationId = keyof typeof OPERATIONS & keyof operations;

/** A part of the input: left out, optional or required, as the operation has it. */
type Part<Name extends string, Source, Key extends keyof Source> = [Exclude<Source[Key], undefined>] extends [never]
  ? unknown
  : Partial<Pick<Source, Key>> extends Pick<Source, Key>
    ? { [N in Name]?: Exclude<Source[Key], undefined> }
    : { [N in Name]: Source[Key] };

type Places<K extends OperationId> = operations[K]['parameters'];
type Body<K extends OperationId> = operations[K] extends { requestBody: { content: { 'application/json': infer T } } }
  ? { body: T }
  : unknown;

/** What an operation takes: `path`, `query`, `headers` and `body`, those that it has. */
export type Input<K extends OperationId> = Part<'path', Places<K>, 'path'> &
  Part<'query', Places<K>, 'query'> &
  Part<'headers', Places<K>, 'header'> &
  Body<K>;

type ContentOf<R> = R extends { content: { 'application/json': infer T } }
  ? T
  : R extends { content: Record<string, unknown> }
    ? string
    : undefined;

type Success<K extends OperationId> = Extract<keyof operations[K]['responses'], 200 | 201 | 202 | 204>;

/** An answer as it came; a body of `Accepted` has status 202 and means that the work goes on. */
export type Answer<K extends OperationId> = {
  [S in Success<K>]: { status: S; headers: Headers; body: ContentOf<operations[K]['responses'][S]> };
}[Success<K>];

type Finished<T> = T extends Schemas['Accepted'] ? never : T;

/** What an operation gives in the end. */
export type Result<K extends OperationId> = Finished<Answer<K>['body']>;

/** The items of an operation that answers pages. */
export type Item<K extends OperationId> =
  Result<K> extends { items: (infer T)[]; nextCursor: string | null } ? T : never;

export interface CallOptions {
  signal?: AbortSignal;
  /** Names the request: sent again with the same key it does nothing twice. Made up for each call when absent. */
  idempotencyKey?: string;
}
