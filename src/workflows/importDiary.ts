/**
 * Restores a diary from a bundle whose lines are staged: all of it is checked first, then its authors, its entries page by
 * page, and who succeeded whom. Started by the last part of POST /diaries/:id/import. Every effect is keyed by the ids
 * in the bundle: the same bundle again restores what is missing. The lines are gone when it ends, however it ends.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ChangeOutcome } from '../rules/changes.js';
import type { DiaryImport } from '../rules/checkImport.js';
import { storeDiary } from '../steps/changeDiary.js';
import { checkImport, endImport, restoreAuthors, restoreSome, restoreSuccessors } from '../steps/importBundle.js';

export type ImportOutcome =
  | {
      outcome: 'applied' | 'already';
      verdict: 'trusted' | 'consistent';
      origin: string;
      treeSize: number;
      entries: number;
      already: number;
      authors: number;
    }
  | Extract<ChangeOutcome, { outcome: 'refused' }>;

async function restore(target: DiaryImport): Promise<ImportOutcome> {
  const outcome = await restoreChecked(target);
  await endImport(target.importId);
  return outcome;
}

async function restoreChecked(target: DiaryImport): Promise<ImportOutcome> {
  const bundle = await checkImport(target);
  if (bundle.outcome === 'refused') return bundle;
  const diary = await storeDiary(diaryOf(target));
  // An id that the owner has already, from whatever request, is the diary to restore into.
  if (diary.outcome === 'refused' && diary.reason !== 'IdempotencyKeyReused') return diary;
  const authors = await restoreAuthors(target, bundle.unknownKeys);
  const counts = { entries: 0, already: 0 };
  for (let after: number | undefined = 0; after !== undefined;) {
    const page = await restoreSome(target, after);
    if (page.outcome === 'refused') return page;
    counts.entries += page.stored;
    counts.already += page.already;
    after = page.after;
  }
  await restoreSuccessors(target);
  const { verdict, origin, treeSize } = bundle;
  return { outcome: counts.entries > 0 ? 'applied' : 'already', verdict, origin, treeSize, ...counts, authors };
}

function diaryOf({ diaryId, agentId, name, createdAt, importId }: DiaryImport): Parameters<typeof storeDiary>[0] {
  return {
    id: diaryId,
    ownerId: agentId,
    name,
    description: '',
    visibility: 'private',
    createdAt,
    requestHash: importId,
  };
}

export const importDiary = DBOS.registerWorkflow(restore, { name: 'importDiary', maxRecoveryAttempts: 10 });
