import { AppError } from '../../errors.js';
import type { ChangeOutcome } from '../../rules/changes.js';
import type { CredentialOutcome } from '../../rules/credentials.js';
import type { WriteOutcome } from '../../rules/newEntry.js';
import type { ImportOutcome } from '../../workflows/importDiary.js';

/** What a run refused is rendered as the failure that it names; anything else is passed on. */
export function unlessRefused<T extends ChangeOutcome | WriteOutcome | CredentialOutcome | ImportOutcome>(
  outcome: T,
): Exclude<T, { outcome: 'refused' }> {
  if (outcome.outcome === 'refused') throw new AppError(outcome.reason, outcome.message);
  return outcome as Exclude<T, { outcome: 'refused' }>;
}
