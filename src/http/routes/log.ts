import {
  consistencyProofFromTiles,
  encodeBase64,
  formatNoteKey,
  parseTilePath,
  TILE_WIDTH,
  tileWidth,
} from '@moltnet/protocol';
import { z } from 'zod';
import { findCheckpoint, listLogKeys, type SignedCheckpoint } from '../../db/log/checkpoints.js';
import { readTiles } from '../../db/log/readTiles.js';
import type { Db } from '../../db/database.js';
import { AppError } from '../../errors.js';
import { defineRoute, type Route } from '../route.js';
import type { Services } from '../services.js';

const size = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 53 - 1);

const Consistency = z
  .object({
    from: z.number().int(),
    to: z.number().int(),
    path: z.array(z.string()).meta({ description: 'Hashes in base64, as RFC 6962, section 2.1.2, has them.' }),
  })
  .meta({ id: 'LogConsistency' });

const LogKeys = z
  .object({
    keys: z.array(
      z.object({
        key: z.string().meta({ description: 'Name, hash and key in one word, as c2sp.org/signed-note writes them.' }),
        origin: z.string(),
        publicKey: z.string(),
        fromSize: z.number().int().meta({ description: 'It signs trees of more leaves than this.' }),
        changeNote: z
          .string()
          .nullable()
          .meta({ description: 'Signed by it and by the key before: the last tree of that key, and both keys.' }),
      }),
    ),
  })
  .meta({ id: 'LogKeys', description: 'The keys that have signed the log, the first one first; the last signs now.' });

const common = { method: 'get' as const, tags: ['log'], access: 'public' as const, limit: 'publicRead' as const };
const NOTE = 'text/plain; charset=utf-8';
/** A checkpoint a second is signed at most. */
const FRESH = { 'Cache-Control': 'public, max-age=1' };
/** A partial tile never changes either, but nobody asks for it once it is full. */
const SHORT = { 'Cache-Control': 'public, max-age=60' };
const FOR_EVER = { 'Cache-Control': 'public, max-age=31536000, immutable' };

export function logRoutes({ db }: Pick<Services, 'db'>): Route[] {
  return [checkpoint(db), ...[1, 2, 3, 4].map((parts) => tile(db, parts)), consistency(db), keys(db)];
}

/** Throws NotFound before the first checkpoint. */
async function mustFindCheckpoint(db: Db): Promise<SignedCheckpoint> {
  const found = await findCheckpoint(db);
  if (!found) throw new AppError('NotFound', 'The log has not signed anything yet: it does within seconds of a write.');
  return found;
}

function checkpoint(db: Db): Route {
  return defineRoute({
    ...common,
    path: '/log/checkpoint',
    operationId: 'getLogCheckpoint',
    summary: "The log's newest checkpoint",
    description: 'A signed note as c2sp.org/tlog-checkpoint has it: the name of the log, its size and its root.',
    problems: ['NotFound'],
    responses: { 200: { description: 'The note.', schema: z.string(), contentType: NOTE } },
    handler: async () => ({ status: 200, body: (await mustFindCheckpoint(db)).note, headers: FRESH }),
  });
}

/** Indices from 1,000 on have more parts, so the route is there once for each number of them. */
function tile(db: Db, parts: number): Route {
  const names = ['index', 'second', 'third', 'fourth'].slice(0, parts);
  return defineRoute({
    ...common,
    path: `/log/tile/{level}/${names.map((name) => `{${name}}`).join('/')}`,
    operationId: parts === 1 ? 'getLogTile' : `getLogTile${parts}`,
    summary: 'A tile of the log',
    description:
      'Up to 256 hashes of 32 bytes, under the paths of c2sp.org/tlog-tiles: `/log/tile/0/000`, `/log/tile/0/x001/234`, and `/log/tile/0/005.p/17` for one that is not full. Tiles are served up to the newest checkpoint. The leaves themselves are not published.',
    hidden: parts > 1,
    params: z.object(Object.fromEntries(['level', ...names].map((name) => [name, z.string().max(8)]))),
    problems: ['NotFound'],
    responses: {
      200: {
        description: 'The hashes.',
        schema: z.string(),
        contentType: 'application/octet-stream',
        headers: { 'Cache-Control': 'For ever for a full tile.' },
      },
    },
    handler: async ({ params }) => {
      const path = ['level', ...names].map((name) => String(params[name])).join('/');
      const { level, index, width } = parseTilePath(`tile/${path}`);
      if (level === 'entries') throw new AppError('NotFound', 'This log publishes hashes, not its leaves.');
      const { size: signed } = await mustFindCheckpoint(db);
      if (width > tileWidth(level, index, signed)) {
        throw new AppError('NotFound', `A tree of ${signed} leaves has no tile ${path}.`);
      }
      const [hashes] = (await readTiles(db, [{ level, index, width }])) as [Buffer];
      return { status: 200, body: hashes, headers: width === TILE_WIDTH ? FOR_EVER : SHORT };
    },
  });
}

function consistency(db: Db): Route {
  return defineRoute({
    ...common,
    path: '/log/consistency',
    operationId: 'getLogConsistency',
    summary: 'The proof that the log, when it had `to` leaves, began with those that it had when it had `from`',
    query: z.object({
      from: size,
      to: size.optional().meta({ description: 'Without it, the size of the newest checkpoint.' }),
    }),
    problems: ['NotFound'],
    responses: { 200: { description: 'The proof.', schema: Consistency } },
    handler: async ({ query: { from, to } }) => {
      const { size: signed } = await mustFindCheckpoint(db);
      const newer = to ?? signed;
      if (newer > signed || from > newer) {
        const message = `from and to must be in order and at most ${signed}, the size of the newest checkpoint.`;
        throw new AppError('InvalidInput', message, { field: newer > signed ? 'to' : 'from' });
      }
      const path = await consistencyProofFromTiles(from, newer, (tiles) => readTiles(db, tiles));
      const body = { from, to: newer, path: path.map(encodeBase64) };
      return { status: 200, body, headers: to === undefined ? FRESH : SHORT };
    },
  });
}

function keys(db: Db): Route {
  return defineRoute({
    ...common,
    path: '/log/keys',
    operationId: 'listLogKeys',
    summary: 'The keys that have signed the log',
    responses: { 200: { description: 'All keys.', schema: LogKeys } },
    handler: async () => {
      const found = await listLogKeys(db);
      const rendered = found.map(({ origin, publicKey, fromSize, changeNote }) => ({
        key: formatNoteKey({ name: origin, publicKey }),
        origin,
        publicKey,
        fromSize,
        changeNote,
      }));
      return { status: 200, body: { keys: rendered }, headers: SHORT };
    },
  });
}
