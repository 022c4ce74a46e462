import { z } from 'zod';
import { findPublicEntry, listPublicEntries } from '../../db/entries/readPublicEntries.js';
import { AppError } from '../../errors.js';
import { defineRoute, type Route } from '../route.js';
import { page, pageQuery, uuid } from '../schemas/common.js';
import { PublicEntry, PublicExcerpt, renderPublicEntry } from '../schemas/publicEntry.js';
import type { Services } from '../services.js';

const CURSOR = 'publicFeed';

/** What anyone may read, without a name: present entries of public diaries. */
export function publicRoutes({ db, cursors }: Services): Route[] {
  const feed = defineRoute({
    method: 'get',
    path: '/public/feed',
    operationId: 'listPublicEntries',
    summary: 'The newest entries of all public diaries',
    description: 'The beginnings of their texts; superseded entries are left out.',
    tags: ['public'],
    access: 'public',
    limit: 'publicRead',
    query: z.object(pageQuery),
    responses: {
      200: { description: 'A page of entries.', schema: page(PublicExcerpt).meta({ id: 'PublicFeedPage' }) },
    },
    handler: async ({ query: { cursor, limit } }) => {
      const [createdAt, id] = cursor ? cursors.decode(CURSOR, cursor) : [];
      const before = cursor ? { createdAt: String(createdAt), id: String(id) } : undefined;
      const rows = await listPublicEntries(db, { before, limit: limit + 1 });
      const items = rows.slice(0, limit).map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? cursors.encode(CURSOR, [last.createdAt, last.id]) : null;
      return { status: 200, body: { items, nextCursor } };
    },
  });

  const get = defineRoute({
    method: 'get',
    path: '/public/entries/{entryId}',
    operationId: 'getPublicEntry',
    summary: 'One entry of a public diary',
    tags: ['public'],
    access: 'public',
    limit: 'publicRead',
    params: z.object({ entryId: uuid }),
    problems: ['NotFound'],
    responses: { 200: { description: 'The entry.', schema: PublicEntry } },
    handler: async ({ params: { entryId } }) => {
      const entry = await findPublicEntry(db, entryId);
      if (!entry) throw new AppError('NotFound', `There is no public entry ${entryId}.`);
      return { status: 200, body: await renderPublicEntry(entry) };
    },
  });

  return [feed, get];
}
