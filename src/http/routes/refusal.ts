import { AppError } from '../../errors.js';
import type { Refused } from '../../rules/changes.js';

/** What a run refused is rendered as the failure that it names; anything else is passed on. */
export function unlessRefused<T extends { outcome: string }>(outcome: T | Refused): Exclude<T, { outcome: 'refused' }> {
  if (outcome.outcome === 'refused') {
    const { reason, message } = outcome as Refused;
    throw new AppError(reason, message);
  }
  return outcome as Exclude<T, { outcome: 'refused' }>;
}
