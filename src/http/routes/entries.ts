import { canonicalTags, generateSalt } from '@moltnet/protocol';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Entry as EntryRow } from '../../db/entries/entry.js';
import { findEntry } from '../../db/entries/findEntry.js';
import { listEntries } from '../../db/entries/listEntries.js';
import { listVersions } from '../../db/entries/listVersions.js';
import { listSupersession } from '../../db/relations/listSupersession.js';
import { AppError } from '../../errors.js';
import { startRun, startRunAs } from '../../runtime/startRun.js';
import { deleteEntry } from '../../workflows/deleteEntry.js';
import { updateEntry } from '../../workflows/updateEntry.js';
import { toDraft } from '../draft.js';
import { etag, expectedVersion, ifMatchHeader } from '../etag.js';
import { requestHash } from '../idempotency.js';
import type { Principal } from '../principal.js';
import { defineRoute, type Route } from '../route.js';
import { page, pageQuery, text, timestamp, uuid } from '../schemas/common.js';
import type { NewEntry } from '../schemas/entry.js';
import { Entry, EntryChanges, entryType, EntryVersion, renderEntry, renderVersion } from '../schemas/entry.js';
import type { Services } from '../services.js';
import { acceptedResponse, preferHeader, RUN_HEADERS, START_DEADLINE_MS, startWorkflow } from '../startWorkflow.js';
import { mustFindDiary } from './diaries.js';
import { unlessRefused } from './refusal.js';

const ofDiary = z.object({ diaryId: uuid });
const params = z.object({ entryId: uuid });

export function entryRoutes(services: Services): Route[] {
  return [list(services), get(services), change(services), remove(services), history(services)];
}

/** Throws NotFound for an entry that is not there or not the caller's to read; an erased one is found. */
export async function mustFindEntry({ db }: Services, principal: Principal, entryId: string): Promise<EntryRow> {
  const entry = await findEntry(db, principal.agentId, entryId);
  if (!entry) throw new AppError('NotFound', `There is no entry ${entryId} that you may read.`);
  return entry;
}

/** As mustFindEntry, and throws Gone for one whose text is erased. */
export async function mustFindPresent(services: Services, principal: Principal, entryId: string): Promise<EntryRow> {
  const entry = await mustFindEntry(services, principal, entryId);
  if (!entry.erasedAt) return entry;
  const when = entry.erasedAt.toISOString();
  throw new AppError('Gone', `The entry was deleted at ${when}. What stays of it: GET /entries/${entryId}/history.`);
}

function list(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/diaries/{diaryId}/entries',
    operationId: 'listEntries',
    summary: "A diary's entries, newest first",
    tags: ['entries'],
    access: 'agent',
    params: ofDiary,
    query: z.object({
      ...pageQuery,
      type: entryType.optional(),
      tags: text({ max: 3_000 })
        .optional()
        .meta({ description: 'Separated by commas: entries that have all of them.' }),
      createdAfter: timestamp.optional(),
      createdBefore: timestamp.optional(),
      includeSuperseded: z.enum(['true', 'false']).default('false'),
    }),
    problems: ['NotFound'],
    responses: { 200: { description: 'A page of entries.', schema: page(Entry).meta({ id: 'EntryPage' }) } },
    handler: async ({ params: { diaryId }, query, principal }) => {
      const { cursor, limit, ...filter } = query;
      const kind = `entries:${principal.agentId}:${diaryId}:${requestHash(filter)}`;
      const [createdAt, id] = cursor ? services.cursors.decode(kind, cursor) : [];
      await mustFindDiary(services, principal, diaryId);
      const rows = await listEntries(services.db, diaryId, {
        type: filter.type,
        tags: filter.tags?.split(',').filter(Boolean),
        createdAfter: filter.createdAfter ? new Date(filter.createdAfter) : undefined,
        createdBefore: filter.createdBefore ? new Date(filter.createdBefore) : undefined,
        includeSuperseded: filter.includeSuperseded === 'true',
        before: cursor ? { createdAt: String(createdAt), id: String(id) } : undefined,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? services.cursors.encode(kind, [last.createdAt.toISOString(), last.id]) : null;
      return { status: 200, body: { items: await Promise.all(items.map(renderEntry)), nextCursor } };
    },
  });
}

function get(services: Services): Route {
  return defineRoute({
    method: 'get',
    path: '/entries/{entryId}',
    operationId: 'getEntry',
    summary: 'One entry',
    tags: ['entries'],
    access: 'agent',
    params,
    problems: ['NotFound', 'Gone'],
    responses: { 200: { description: 'The entry.', schema: Entry, headers: { ETag: 'Its version.' } } },
    handler: async ({ params: { entryId }, principal }) => {
      const entry = await mustFindPresent(services, principal, entryId);
      return { status: 200, body: await renderEntry(entry), headers: { ETag: etag(entry.version) } };
    },
  });
}

function change(services: Services): Route {
  return defineRoute({
    method: 'patch',
    path: '/entries/{entryId}',
    operationId: 'updateEntry',
    summary: 'Edits an entry; the former version is kept',
    description:
      'A signed entry does not change: its edit is a signed `successor`, which is stored and supersedes it at once, and is what is answered.',
    tags: ['entries'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params,
    headers: z.object({ ...ifMatchHeader, ...preferHeader }),
    body: EntryChanges,
    problems: [
      'ClockSkew',
      'NotFound',
      'Forbidden',
      'Conflict',
      'EntrySigned',
      'Gone',
      'VersionMismatch',
      'PreconditionRequired',
      'StartTimedOut',
    ],
    responses: {
      200: {
        description: 'Edited.',
        schema: Entry,
        headers: { ...RUN_HEADERS, ETag: 'The new version.', 'Content-Location': 'The entry that is answered.' },
      },
      202: acceptedResponse,
    },
    handler: async ({ params: { entryId }, body: { successor, ...changes }, headers, principal, deadline }) => {
      const base = { entryId, agentId: principal.agentId, expectedVersion: expectedVersion(headers['If-Match']) };
      const runId = randomUUID();
      const edit = successor
        ? { ...base, ...(await toSuccession(services, principal, { entryId, successor })), runId }
        : { ...base, ...toRevision(principal, changes) };
      const about = {
        agents: [principal.agentId],
        entries: 'successor' in edit ? [entryId, edit.successor.id] : [entryId],
      };
      const run = await startWorkflow(() => startRunAs(runId, updateEntry, about, edit), {
        prefer: headers.Prefer,
        deadline,
      });
      if (!run.done) return run;
      services.wake();
      unlessRefused(run.value);
      const entry = await mustFindPresent(services, principal, 'successor' in edit ? edit.successor.id : entryId);
      const location = `/entries/${entry.id}`;
      const replyHeaders = { ...run.headers, ETag: etag(entry.version), 'Content-Location': location };
      return { status: 200, body: await renderEntry(entry), headers: replyHeaders };
    },
  });
}

function toRevision(principal: Principal, changes: Omit<z.output<typeof EntryChanges>, 'successor'>) {
  return {
    authorKeyId: principal.signingKeyId,
    changes: { ...changes, ...(changes.tags && { tags: canonicalTags(changes.tags) }) },
    salt: generateSalt(),
    revisedAt: new Date().toISOString(),
  };
}

/** The successor is written where the entry is, whatever its header says: that is for the run to judge. */
async function toSuccession(
  services: Services,
  principal: Principal,
  { entryId, successor }: { entryId: string; successor: z.output<typeof NewEntry> },
) {
  const { diaryId } = await mustFindPresent(services, principal, entryId);
  return { successor: toDraft(successor, { diaryId, principal, key: undefined }), relationId: randomUUID() };
}

function remove(services: Services): Route {
  return defineRoute({
    method: 'delete',
    path: '/entries/{entryId}',
    operationId: 'deleteEntry',
    summary: 'Deletes an entry: its text is erased everywhere, its hash stays',
    description:
      'What consolidation made of it quotes it, and is deleted too; the other entries that it was made of are active again.',
    tags: ['entries'],
    access: 'agent',
    deadlineMs: START_DEADLINE_MS,
    params,
    query: z.object({ reason: text({ max: 500 }).default('').meta({ description: 'Kept with the tombstone.' }) }),
    headers: z.object({ ...ifMatchHeader, ...preferHeader }),
    problems: ['NotFound', 'Forbidden', 'VersionMismatch', 'StartTimedOut'],
    responses: { 202: acceptedResponse, 204: { description: 'Deleted.', headers: RUN_HEADERS } },
    handler: async ({ params: { entryId }, query, headers, principal, deadline }) => {
      const ifMatch = headers['If-Match'];
      const erasure = {
        entryId,
        agentId: principal.agentId,
        reason: query.reason,
        expectedVersion: ifMatch === undefined ? undefined : expectedVersion(ifMatch),
      };
      const about = { agents: [principal.agentId], entries: [entryId] };
      const run = await startWorkflow(() => startRun(deleteEntry, about, erasure), {
        prefer: headers.Prefer,
        deadline,
      });
      if (!run.done) return run;
      services.wake();
      unlessRefused(run.value);
      return { status: 204, headers: run.headers };
    },
  });
}

function history(services: Services): Route {
  const History = z
    .object({
      id: uuid,
      erasedAt: timestamp.nullable(),
      erasedBecause: z.string().nullable(),
      versions: z.array(EntryVersion),
      supersedes: z
        .array(uuid)
        .meta({ description: 'The entries in whose place it is, also by way of others, the newest first.' }),
      supersededBy: z
        .array(uuid)
        .meta({ description: 'The one in its place, then the one in place of that, up to the current one.' }),
    })
    .meta({ id: 'EntryHistory' });
  return defineRoute({
    method: 'get',
    path: '/entries/{entryId}/history',
    operationId: 'getEntryHistory',
    summary: 'All versions of an entry, newest first; of a deleted one, what stays',
    tags: ['entries'],
    access: 'agent',
    params,
    problems: ['NotFound'],
    responses: { 200: { description: 'The versions.', schema: History } },
    handler: async ({ params: { entryId }, principal }) => {
      const entry = await mustFindEntry(services, principal, entryId);
      const { version, type, title, content, tags, importance, salt, contentHash, authorKeyId, revisedAt } = entry;
      const current = { version, type, title, content, tags, importance, salt, contentHash, authorKeyId, revisedAt };
      const former = await listVersions(services.db, entryId);
      return {
        status: 200,
        body: {
          id: entryId,
          erasedAt: entry.erasedAt?.toISOString() ?? null,
          erasedBecause: entry.erasedBecause,
          versions: [{ ...current, replacedAt: null }, ...former].map(renderVersion),
          ...(await listSupersession(services.db, entryId)),
        },
      };
    },
  });
}
