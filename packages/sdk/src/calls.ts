import { OPERATIONS } from './operations.js';
import { randomHex, toRequest, type AnyInput } from './request.js';
import { sendSigned, type Signer } from './signEntries.js';
import type { Transport } from './transport.js';
import type { Answer, CallOptions, Input, Item, OperationId, Result, Schemas } from './types.js';
import { waitForRun, type WaitOptions } from './waitForRun.js';

/** What the groups are made of. */
export interface Calls {
  /**
   * Calls any operation by its operationId and gives what it answers in the end: where the server answers 202, the run is
   * waited for. Throws MoltnetError. Failures that pass are tried again, where that is safe, with the same key.
   */
  call: <K extends OperationId>(operation: K, input: Input<K>, options?: CallOptions) => Promise<Result<K>>;
  /** As call, without waiting for a run: the answer as it came, with its status and headers. */
  send: <K extends OperationId>(operation: K, input: Input<K>, options?: CallOptions) => Promise<Answer<K>>;
  /** All items of a list, page after page. */
  pages: <K extends OperationId>(operation: K, input: Input<K>, options?: CallOptions) => AsyncGenerator<Item<K>>;
  /** Follows a run to its end. Throws the failure of one that failed, WaitedTooLong of one that goes on. */
  waitFor: (run: Schemas['Accepted'] | string, options?: WaitOptions) => Promise<Schemas['Workflow']>;
}

/** How long a server is asked to wait for a result before it answers 202. */
const PREFER_WAIT = { Prefer: 'wait=30' };

/** With a signer, what is written is signed: see sendSigned. */
export function createCalls(transport: Transport, signer?: Signer): Calls {
  const send = (operation: OperationId, given: AnyInput, options: CallOptions) =>
    sendSigned(
      signer,
      { operation, input: given, idempotencyKey: options.idempotencyKey },
      (named, input, idempotencyKey) =>
        transport.send(
          toRequest(named, input, { ...options, ...(idempotencyKey !== undefined && { idempotencyKey }) }),
        ),
    );

  const waitFor = (run: Schemas['Accepted'] | string, options?: WaitOptions) => waitForRun(transport, run, options);

  async function call(operation: OperationId, input: AnyInput, options: CallOptions): Promise<unknown> {
    const { method } = OPERATIONS[operation];
    const named = { idempotencyKey: randomHex(), ...options };
    const waiting = { ...PREFER_WAIT, ...input.headers };
    for (let headers = waiting; ; headers = { ...waiting, ...PREFER_WAIT }) {
      const answer = await send(operation, { ...input, headers }, named);
      if (answer.status !== 202 || !answer.headers.has('location')) return answer.body;
      await waitFor(answer.body as Schemas['Accepted'], options);
      if (method === 'DELETE') return undefined;
      // What the run has made is there now. A POST with the same key answers with it; an edit is read.
      if (method !== 'POST') return readChanged(operation, input, options);
    }
  }

  async function readChanged(operation: OperationId, { path }: AnyInput, { signal }: CallOptions): Promise<unknown> {
    const { path: template } = OPERATIONS[operation];
    const read = Object.entries(OPERATIONS).find(([, one]) => one.method === 'GET' && one.path === template);
    if (!read) return undefined;
    return (await send(read[0] as OperationId, path ? { path } : {}, signal ? { signal } : {})).body;
  }

  async function* pages(operation: OperationId, input: AnyInput, options: CallOptions): AsyncGenerator {
    let cursor: string | null | undefined;
    do {
      const { body } = await send(operation, { ...input, query: { ...input.query, cursor } }, options);
      const page = body as { items: unknown[]; nextCursor?: string | null };
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor);
  }

  return {
    call: (operation, input, options = {}) => call(operation, input as AnyInput, options) as never,
    send: (operation, input, options = {}) => send(operation, input as AnyInput, options) as never,
    pages: (operation, input, options = {}) => pages(operation, input as AnyInput, options) as never,
    waitFor,
  };
}
