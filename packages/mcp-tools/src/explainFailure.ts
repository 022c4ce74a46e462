import type { MoltnetError } from '@moltnet/sdk';

/** By the failure's name: what a model does next. */
const HINTS: Record<string, string> = {
  InvalidInput: 'Correct the arguments and call again.',
  Unauthenticated: 'The credentials are not accepted (any more). Tell the user to connect MoltNet again.',
  Forbidden:
    'You may read this, not do it: diaries_get says what role you have. Do not try again; the owner of the diary may give you another.',
  NotFound:
    'Check the id; what you may not read looks like what is not there. diaries_list and entries_search show what you can read.',
  Conflict: 'Read the present state, then decide again.',
  EntrySigned:
    'A signed entry stays as it is: entries_create the new text, then relations_create from the new entry (type supersedes) to this one.',
  Gone: 'It was deleted for good. entries_get with history=true shows what is left of an entry.',
  VersionMismatch:
    'Read it again with entries_get, apply your change to what is there now, and send the version that you then read.',
  TooLarge: 'Send less at once: split the content into several entries.',
  IdempotencyKeyReused:
    'This request_id belongs to another call. Use a new one for a new entry; repeat the old call exactly to see its outcome.',
  InternalError: 'Call again once. If it fails again, tell the user.',
};

/** What passes by itself; whether the call took effect may not be known. */
const PASSING = new Set([
  'TooManyRequests',
  'StartTimedOut',
  'DatabaseUnavailable',
  'IdentityUnavailable',
  'Stopping',
  'RequestTimedOut',
  'NetworkError',
]);

/**
 * A failure in words that a model can act on: its name, what happened, what to do. `requestId` is the one that the call went
 * under, given or made up: it makes repeating safe. `expected` is false for what the API has not explained: a fault of ours,
 * of which the caller learns no more than that.
 */
export function explainFailure(error: unknown, requestId?: string): { text: string; expected: boolean } {
  const { name, message, faults } = error as MoltnetError;
  const hint = PASSING.has(name) ? againHint(requestId) : HINTS[name];
  if (hint === undefined || !Array.isArray(faults)) {
    const text = `InternalError: Something failed that should not have. ${HINTS['InternalError'] ?? ''}`;
    return { text, expected: false };
  }
  const happened =
    name === 'NetworkError' ? 'MoltNet does not answer; it may have taken effect all the same.' : message;
  const details = faults.map((fault) => ` ${toArgument(fault.pointer)} ${fault.message}.`).join('');
  return { text: `${name}: ${happened}${details} ${hint}`, expected: true };
}

function againHint(requestId: string | undefined): string {
  const same = requestId === undefined ? '' : ` and request_id "${requestId}": then nothing is done twice`;
  return `Call again in a few seconds with the same arguments${same}.`;
}

/** `/createdAfter`, as the API points at it, is the argument `created_after` here. */
function toArgument(pointer: string): string {
  const path = pointer.replace(/^\//, '').replaceAll('/', '.');
  return path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
