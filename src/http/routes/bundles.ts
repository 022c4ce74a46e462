import { LINE_BYTES_MAX } from '@moltnet/protocol';
import { z } from 'zod';
import { stageLines } from '../../db/imports/stagedLines.js';
import { listLogKeys, type LogKey, type SignedCheckpoint } from '../../db/log/checkpoints.js';
import { AppError } from '../../errors.js';
import { isVouchedFor } from '../../rules/logKey.js';
import { may } from '../../rules/permissions.js';
import { entryIdOf } from '../../rules/restoreEntry.js';
import { awaitCheckpoint } from '../../runtime/awaitCheckpoint.js';
import { exportBundle } from '../../runtime/exportBundle.js';
import { startRunAs } from '../../runtime/startRun.js';
import { importDiary } from '../../workflows/importDiary.js';
import { idempotencyKeyHeader } from '../idempotency.js';
import { httpError } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { text, uuid } from '../schemas/common.js';
import type { Services } from '../services.js';
import { acceptedResponse, preferHeader, RUN_HEADERS, START_DEADLINE_MS, startWorkflow } from '../startWorkflow.js';
import { mustFindDiary } from './diaries.js';
import { unlessRefused } from './refusal.js';

const params = z.object({ diaryId: uuid });
const BUNDLE = 'application/jsonl';
/** The log signs within two seconds; a bundle that is asked for just after a write has it. */
const SIGNED_WITHIN_MS = 5_000;

export function bundleRoutes(services: Services): Route[] {
  return [exportRoute(services), importRoute(services)];
}

function exportRoute(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/diaries/{diaryId}/export',
    operationId: 'exportDiary',
    summary: 'A diary as a bundle that proves itself, for its owner',
    description:
      'JSON lines: entries with all versions, keys, signatures, proofs, and where the diary ends, as the log signed it (docs/bundle.md). Everything that was stored when it was asked for is in it. `moltnet verify` checks it without the service.',
    tags: ['log'],
    access: 'agent',
    limit: 'export',
    params,
    query: z.object({
      since: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .meta({ description: 'The size of a tree that you know: the bundle shows that the log continues it.' }),
    }),
    problems: ['NotFound', 'Forbidden', 'NotLoggedYet'],
    responses: { 200: { description: 'The bundle.', contentType: BUNDLE } },
    handler: async ({ params: { diaryId }, query: { since }, principal, deadline }) => {
      const { role } = await mustFindDiary(services, principal, diaryId);
      if (!may(role, 'exportDiary')) {
        throw new AppError('Forbidden', `Only the owner of the diary ${diaryId} may export it.`);
      }
      const { db, logSigner } = services;
      const checkpoint = await awaitCheckpoint(db, { withinMs: SIGNED_WITHIN_MS, signal: deadline });
      if (!checkpoint) throw notSigned('The log has not signed what the diary has now');
      if (since !== undefined && since > checkpoint.size) {
        throw new AppError('InvalidInput', `The log has signed ${checkpoint.size} leaves, not ${since}.`, {
          field: 'since',
        });
      }
      const keys = await listLogKeys(db);
      const logKey = currentKey(keys, checkpoint, logSigner.publicKey);
      const keyChanges = keys.flatMap(({ changeNote }) => (changeNote && isVouchedFor(changeNote) ? [changeNote] : []));
      const { privateKey } = logSigner;
      const body = exportBundle({ db, diaryId, checkpoint, logKey, keyChanges, privateKey, since });
      const name = `attachment; filename="${diaryId}.jsonl"`;
      return { status: 200, body: await startedStream(body), headers: { 'Content-Disposition': name } };
    },
  });
}

/** Heads are signed with the key of the checkpoint, which another process may have changed. */
function currentKey(keys: LogKey[], { epoch }: SignedCheckpoint, publicKey: string): LogKey {
  const key = keys.find((each) => each.epoch === epoch);
  if (key?.publicKey === publicKey) return key;
  throw notSigned('This process and the last checkpoint have different keys of the log');
}

function notSigned(why: string): Error {
  return httpError('NotLoggedYet', `${why}: ask again in a moment.`, { headers: { 'Retry-After': '2' } });
}

/** The stream, once its first piece is there: what fails before is an answer of its own. */
async function startedStream(stream: AsyncGenerator<string>): Promise<AsyncIterable<string>> {
  const first = await stream.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* stream;
  })();
}

const ImportPart = z
  .strictObject({
    importId: uuid.meta({ description: 'The same for all parts of one bundle; make a new one for each try.' }),
    first: z
      .number()
      .int()
      .min(1)
      .meta({ description: 'The number of the first of these lines in the bundle, from 1.' }),
    lines: z
      .array(text({ min: 1, max: LINE_BYTES_MAX }))
      .min(1)
      .max(2_000),
    isLast: z.boolean().meta({ description: 'With the last part the import begins.' }),
    name: text({ min: 1, max: 100 }).default('imported').meta({ description: 'Of the diary, where it is not here.' }),
  })
  .meta({ id: 'ImportPart', description: 'Lines of a bundle, as they are, without line feeds.' });

const Staged = z.object({ importId: uuid, lines: z.number().int() }).meta({ id: 'StagedImport' });

const ImportReport = z
  .object({
    diaryId: uuid,
    verdict: z.enum(['trusted', 'consistent']).meta({ description: 'trusted: the bundle is of this very log.' }),
    origin: z.string().meta({ description: 'The log that the bundle is of.' }),
    treeSize: z.number().int(),
    entries: z.number().int().meta({ description: 'Restored now.' }),
    already: z.number().int().meta({ description: 'Here before, and left as they were.' }),
    authors: z.number().int().meta({ description: 'Authors that nobody had registered here.' }),
  })
  .meta({ id: 'ImportReport' });

function importRoute(services: Services): Route {
  return defineRoute({
    method: 'post',
    path: '/diaries/{diaryId}/import',
    operationId: 'importDiary',
    summary: 'Restores a diary from a bundle, with its ids',
    description:
      'A bundle is sent in parts of whole lines, in any order, the last of them at the end; then all of it is verified, and nothing of it is taken if anything is wrong. Entries of others than the caller must be signed, unless the bundle is of this very log. What is here already stays; texts that the bundle says were deleted are deleted here too. The diary belongs to the caller, or is not here yet.',
    tags: ['log'],
    access: 'agent',
    limit: 'batch',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object({ ...idempotencyKeyHeader, ...preferHeader }),
    body: ImportPart,
    problems: ['Conflict', 'Gone', 'StartTimedOut'],
    responses: {
      200: { description: 'Restored.', schema: ImportReport, headers: RUN_HEADERS },
      201: { description: 'A part that is not the last, kept for a day.', schema: Staged },
      202: acceptedResponse,
    },
    handler: async ({ params: { diaryId }, body, headers, principal, deadline }) => {
      const { agentId, keyId } = principal;
      const { importId, first, isLast, name } = body;
      const lines = body.lines.map((line, i) => ({ number: first + i, entryId: entryIdOf(line), line }));
      const staged = await stageLines(services.db, { importId, diaryId, agentId }, lines);
      if (staged === undefined) throw new AppError('Conflict', `The import ${importId} is of another diary or agent.`);
      if (!isLast) return { status: 201, body: { importId, lines: staged } };
      const runId = `import-${importId}`;
      const target = { importId, diaryId, agentId, keyId, name, createdAt: new Date().toISOString(), runId };
      const about = { agents: [agentId], diaries: [diaryId] };
      const run = await startWorkflow(() => startRunAs(runId, importDiary, about, target), {
        prefer: headers.Prefer,
        deadline,
        idempotencyKey: headers['Idempotency-Key'],
      });
      if (!run.done) return run;
      services.wake();
      const { outcome: _, ...report } = unlessRefused(run.value);
      return { status: 200, body: { diaryId, ...report }, headers: run.headers };
    },
  });
}
