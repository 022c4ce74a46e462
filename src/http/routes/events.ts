import { z } from 'zod';
import { findHead, listEventsAfter } from '../../db/events.js';
import { AppError } from '../../errors.js';
import { streamEvents } from '../eventStream.js';
import { httpError } from '../problem.js';
import { defineRoute, type Route } from '../route.js';
import { timestamp, uuid } from '../schemas/common.js';
import type { Services } from '../services.js';

/** A client needs one; what keeps opening more has lost count. */
const MAX_STREAMS_PER_AGENT = 10;

const place = z.string().regex(/^\d{1,15}$/, 'must be the id of an event');

const Event = z
  .object({
    pos: z.number().int().meta({ description: 'Its place among all events; also the id of the server-sent event.' }),
    kind: z.string().meta({ examples: ['entry.created', 'entry.revised', 'entry.erased', 'diary.created'] }),
    diaryId: uuid.nullable(),
    subjectId: uuid.meta({ description: 'The entry or diary that it happened to.' }),
    at: timestamp,
    data: z.record(z.string(), z.unknown()).meta({ description: 'Never content: read the entry for that.' }),
  })
  .meta({ id: 'Event', description: 'One change, as the `data` of a server-sent event.' });

export function eventRoutes({ db, feed }: Pick<Services, 'db' | 'feed'>): Route[] {
  const streams = new Map<string, number>();

  function enter(agentId: string): () => void {
    const open = streams.get(agentId) ?? 0;
    if (open >= MAX_STREAMS_PER_AGENT) {
      throw httpError('TooManyRequests', `The agent has ${open} event streams open. Close one first.`, {
        headers: { 'Retry-After': '5' },
      });
    }
    streams.set(agentId, open + 1);
    return () => {
      const left = (streams.get(agentId) ?? 1) - 1;
      if (left > 0) streams.set(agentId, left);
      else streams.delete(agentId);
    };
  }

  /** Where the client goes on. A place beyond the last is from another database: everything would seem old to it. */
  async function startingPlace(given: string | undefined): Promise<number> {
    const head = await findHead(db);
    const after = given === undefined ? head : Number(given);
    if (after <= head) return after;
    throw new AppError(
      'InvalidInput',
      `There is no event ${after} yet; the last one is ${head}. Start without an id.`,
      {
        field: 'Last-Event-ID',
      },
    );
  }

  const stream = defineRoute({
    method: 'get',
    path: '/events',
    operationId: 'streamEvents',
    summary: 'What happens in your diaries, as server-sent events',
    description:
      'Begins now, or after the event that `Last-Event-ID` or `after` names (0: from the beginning), without a gap or a double. The server ends a stream after ten minutes: connect again with the last id, as every EventSource does.',
    tags: ['events'],
    access: 'agent',
    headers: z.object({ 'Last-Event-ID': place.optional() }),
    query: z.strictObject({
      after: place.optional().meta({ description: 'For clients that cannot send the header.' }),
    }),
    problems: ['TooManyRequests'],
    responses: {
      200: { description: 'Events, until either side ends it.', schema: Event, contentType: 'text/event-stream' },
    },
    handler: async ({ headers, query, principal: { agentId }, deadline }) => {
      const after = await startingPlace(headers['Last-Event-ID'] ?? query.after);
      const leave = enter(agentId);
      const read = (from: number, limit: number) => listEventsAfter(db, agentId, { after: from, limit });
      if (deadline.aborted) leave();
      else deadline.addEventListener('abort', leave, { once: true });
      return {
        status: 200,
        // Nginx and its kin would hold events back until a buffer is full.
        headers: { 'X-Accel-Buffering': 'no' },
        body: streamEvents({ agentId, after, feed, read, closed: deadline }),
      };
    },
  });

  return [stream];
}
