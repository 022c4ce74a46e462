import type { RetryFacts } from '../db/workflows/findRetryFacts.js';

/** What a retry does: `again` are the recorded steps that run anew, after them come those that never ran. */
export type RetryPlan =
  | { action: 'rewind'; from: number; again: { number: number; name: string }[]; children: string[] }
  | { action: 'resume' }
  | { action: 'refuse'; because: string };

const FAILED = 'ERROR';
const STOPPED = ['CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'];

const sameError = (a: RetryFacts['error'], b: RetryFacts['error']): boolean =>
  a !== undefined && a.name === b?.name && a.message === b.message;

/**
 * Decides how a run is tried again under its own id, so that what is missing is done and what is done is not repeated.
 *
 * A failed run goes back to the earliest step whose recorded error is the run's own: a run may hold other errors that it
 * caught, and those before it stay as they are. If no step has it, the body itself threw, and all steps stay. A step that
 * waited for a child is only as good as the child: the child is tried again first. A stopped run is continued.
 */
export function planRetry(run: RetryFacts, workflowNames: readonly string[]): RetryPlan {
  const refuse = (because: string): RetryPlan => ({ action: 'refuse', because });
  if (run.status === 'SUCCESS') return refuse('it has succeeded; to do it again, start it anew');
  if (run.status !== FAILED && !STOPPED.includes(run.status)) return refuse('it has not ended yet');
  if (!workflowNames.includes(run.name))
    return refuse(`this version has no workflow ${run.name}; deploy one that does`);
  if (!run.hasInput) return refuse('its input is gone; start it anew');
  if (run.status !== FAILED) return { action: 'resume' };

  const last = run.steps.at(-1)?.number ?? -1;
  const failedAt = run.steps.find((step) => sameError(step.error, run.error))?.number ?? last + 1;
  const from = run.retryFrom === 'start' ? 0 : failedAt;
  const again = run.steps.filter((step) => step.number >= from);
  const children = again.flatMap((step) => (step.error && step.childId ? [step.childId] : []));
  return { action: 'rewind', from, again: again.map(({ number, name }) => ({ number, name })), children };
}
