import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  endInvitation,
  listInvitations,
  storeInvitation,
  type Invitation as InvitationRow,
} from '../../db/invitations.js';
import { AppError } from '../../errors.js';
import { derivedId, idempotencyKeyHeader } from '../idempotency.js';
import { recorded } from '../operatorAction.js';
import { defineRoute, type Route } from '../route.js';
import { page, pageQuery, text, timestamp, uuid } from '../schemas/common.js';
import type { Services } from '../services.js';

const reason = text({ min: 1, max: 1_000 }).meta({
  description: 'Why; kept in the audit.',
  examples: ['for the new team'],
});

const NewInvitation = z
  .strictObject({
    reason,
    maxUses: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(1)
      .meta({ description: 'How many agents may register with it.' }),
    validHours: z.number().int().min(1).max(2_160).default(168).meta({ description: 'A week, if not said otherwise.' }),
  })
  .meta({ id: 'NewInvitation' });

const Invitation = z
  .object({
    id: uuid,
    createdBy: uuid,
    reason: z.string(),
    maxUses: z.number().int(),
    used: z.number().int(),
    createdAt: timestamp,
    expiresAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'Invitation' });

const Invited = Invitation.extend({
  code: z.string().meta({ description: 'For who shall register; the list of invitations does not have it.' }),
}).meta({ id: 'Invited' });

function renderInvitation(row: InvitationRow): z.input<typeof Invitation> {
  const { createdAt, expiresAt, endedAt, ...rest } = row;
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}

type Options = Pick<Services, 'db' | 'cursors' | 'invitationCode'>;

/** Invitations to register, which count where registration is closed. */
export function invitationRoutes(options: Options): Route[] {
  return [invite(options), list(options), end(options)];
}

function invite({ db, invitationCode }: Options): Route {
  return defineRoute({
    method: 'post',
    path: '/ops/invitations',
    operationId: 'createInvitation',
    summary: 'Invites agents to register where registration is closed',
    tags: ['operators'],
    access: 'operator',
    headers: z.object({ ...idempotencyKeyHeader }),
    body: NewInvitation,
    responses: { 201: { description: 'The invitation, with its code.', schema: Invited } },
    handler: async ({ body, headers, principal }) => {
      const key = headers['Idempotency-Key'];
      const id = key === undefined ? randomUUID() : derivedId(principal.agentId, 'invite', key);
      const code = invitationCode(id);
      const { maxUses, validHours } = body;
      const act = { principal, action: 'invite', target: id, reason: body.reason, before: { maxUses, validHours } };
      const row = await recorded(db, act, () =>
        storeInvitation(db, { id, code, createdBy: principal.agentId, ...body }),
      );
      return { status: 201, body: { ...renderInvitation(row), code } };
    },
  });
}

function list({ db, cursors }: Options): Route {
  return defineRoute({
    method: 'get',
    path: '/ops/invitations',
    operationId: 'listInvitations',
    summary: 'Invitations, newest first, with how often each was used',
    tags: ['operators'],
    access: 'operator',
    query: z.object(pageQuery),
    responses: {
      200: { description: 'A page of invitations.', schema: page(Invitation).meta({ id: 'InvitationPage' }) },
    },
    handler: async ({ query: { limit, cursor } }) => {
      const [at, id] = cursor ? cursors.decode('invitations', cursor) : [];
      const after = cursor ? { createdAt: new Date(String(at)), id: String(id) } : undefined;
      const rows = await listInvitations(db, { after, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const nextCursor = last ? cursors.encode('invitations', [last.createdAt.toISOString(), last.id]) : null;
      return { status: 200, body: { items: items.map(renderInvitation), nextCursor } };
    },
  });
}

function end({ db }: Options): Route {
  return defineRoute({
    method: 'post',
    path: '/ops/invitations/{invitationId}/end',
    operationId: 'endInvitation',
    summary: 'Ends an invitation; who has registered with it stays',
    tags: ['operators'],
    access: 'operator',
    params: z.object({ invitationId: uuid }),
    body: z.strictObject({ reason }),
    problems: ['NotFound'],
    responses: { 200: { description: 'The invitation, ended.', schema: Invitation } },
    handler: async ({ params: { invitationId }, body, principal }) => {
      const act = { principal, action: 'end-invitation', target: invitationId, reason: body.reason, before: {} };
      const row = await recorded(db, act, () => endInvitation(db, invitationId));
      if (!row) throw new AppError('NotFound', `There is no invitation ${invitationId}.`);
      return { status: 200, body: renderInvitation(row) };
    },
  });
}
