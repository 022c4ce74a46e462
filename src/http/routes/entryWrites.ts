import { z } from 'zod';
import { AppError } from '../../errors.js';
import type { NewEntry as Draft } from '../../rules/newEntry.js';
import { may, readOnlyMessage } from '../../rules/permissions.js';
import { toDraft } from '../draft.js';
import { etag } from '../etag.js';
import { idempotencyKeyHeader } from '../idempotency.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { uuid } from '../schemas/common.js';
import { Entry, NewEntries, NewEntry, renderEntry, UNSIGNED, WrittenEntries } from '../schemas/entry.js';
import type { Services } from '../services.js';
import { acceptedResponse, preferHeader, RUN_HEADERS, START_DEADLINE_MS, startWorkflow } from '../startWorkflow.js';
import { mustFindDiary } from './diaries.js';
import { mustFindPresent } from './entries.js';
import { unlessRefused } from './refusal.js';

const params = z.object({ diaryId: uuid });
const headers = z.object({ ...idempotencyKeyHeader, ...preferHeader });

export function entryWriteRoutes(services: Services): Route[] {
  return [create(services), createMany(services)];
}

/** Hands entries to the intake; resolves when the run that carries them is recorded. */
async function startWrite({ intake, wake }: Services, drafts: Draft[]) {
  const { runId, outcomes } = intake.write(drafts);
  const result = outcomes.finally(wake);
  result.catch(() => undefined);
  return { workflowId: await Promise.race([runId, outcomes.then(() => runId)]), result };
}

function create(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/diaries/{diaryId}/entries',
    operationId: 'createEntry',
    summary: 'Writes an entry',
    tags: ['entries'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers,
    body: NewEntry,
    problems: ['ClockSkew', 'NotFound', 'Forbidden', 'Conflict', 'Gone', 'IdempotencyKeyReused', 'StartTimedOut'],
    responses: {
      200: { description: 'It was written before, by the same request.', schema: Entry, headers: RUN_HEADERS },
      201: { description: 'Written.', schema: Entry, headers: { ...RUN_HEADERS, Location: 'The entry.', ETag: '"1"' } },
      202: acceptedResponse,
    },
    handler: async ({ params: { diaryId }, body, headers: given, principal, deadline }) => {
      const key = given['Idempotency-Key'];
      const draft = toDraft(body, { diaryId, principal, key });
      const run = await startWorkflow(() => startWrite(services, [draft]), {
        prefer: given.Prefer,
        deadline,
        idempotencyKey: key,
      });
      if (!run.done) return run;
      const [first] = run.value;
      if (!first) throw new Error('The write run answered nothing.');
      const { outcome, id, ...written } = unlessRefused(first);
      const headersOf = (version: number) => ({ ...run.headers, Location: `/entries/${id}`, ETag: etag(version) });
      if (outcome === 'already') {
        const entry = await mustFindPresent(services, principal, id);
        return { status: 200, body: await renderEntry(entry), headers: headersOf(entry.version) };
      }
      const fresh = renderFresh(draft, principal, run.headers['Workflow-Id'] ?? '');
      return { status: 201, body: { ...fresh, ...written }, headers: headersOf(1) };
    },
  });
}

/** What is known of an entry that was written just now, without reading it: a run that stores a signature has verified it. */
function renderFresh(
  { authorId, authorKeyId, proof, ...fields }: Draft,
  { fingerprint }: Principal,
  workflowId: string,
) {
  const { createdAt } = fields;
  const signedBy = { keyId: authorKeyId, signedAt: createdAt };
  return {
    ...fields,
    author: { id: authorId, keyId: authorKeyId, fingerprint },
    revisedAt: createdAt,
    supersededBy: null,
    embedding: { state: 'pending' as const, error: null },
    workflowId,
    ...(proof ? { signature: proof.signature, signaturePath: proof.path ?? null, signedBy, verified: true } : UNSIGNED),
  };
}

function createMany(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/diaries/{diaryId}/entries/batch',
    operationId: 'createEntries',
    summary: 'Writes up to 500 entries at once',
    description:
      'One transaction and one run. The answer says of each entry what became of it; a refused one holds none of the others back.',
    tags: ['entries'],
    access: 'agent',
    limit: 'batch',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers,
    body: NewEntries,
    problems: ['NotFound', 'Forbidden', 'StartTimedOut'],
    responses: {
      200: { description: 'What became of each, in order.', schema: WrittenEntries, headers: RUN_HEADERS },
      202: acceptedResponse,
    },
    handler: async ({ params: { diaryId }, body, headers: given, principal, deadline }) => {
      const diary = await mustFindDiary(services, principal, diaryId);
      if (!may(diary.role, 'write')) throw new AppError('Forbidden', readOnlyMessage(diaryId));
      const key = given['Idempotency-Key'];
      const drafts = body.entries.map((entry, index) => toDraft(entry, { diaryId, principal, key }, index));
      refuseRepeatedIds(drafts);
      const run = await startWorkflow(() => startWrite(services, drafts), {
        prefer: given.Prefer,
        deadline,
        idempotencyKey: key,
      });
      if (!run.done) return run;
      return { status: 200, body: { items: run.value }, headers: run.headers };
    },
  });
}

function refuseRepeatedIds(drafts: Draft[]): void {
  const seen = new Set<string>();
  for (const [index, { id }] of drafts.entries()) {
    if (seen.has(id)) {
      throw new AppError('InvalidInput', `The id ${id} is in the batch twice.`, { field: `entries[${index}].id` });
    }
    seen.add(id);
  }
}
