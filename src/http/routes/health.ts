import { z } from 'zod';
import type { Readiness } from '../readiness.js';
import { defineRoute, type Route } from '../route.js';

const ComponentHealth = z
  .object({
    status: z.enum(['ok', 'degraded', 'down']),
    latencyMs: z.number().int(),
    error: z.string().optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'ComponentHealth' });

const Ready = z
  .object({
    status: z.enum(['ok', 'degraded']),
    components: z.record(z.string(), ComponentHealth),
  })
  .meta({ id: 'Readiness', description: 'How what the service needs is doing.' });

const Alive = z.object({ status: z.literal('ok') }).meta({ id: 'Alive' });

/** The API's names are `/health` and `/health/ready`; the MCP server's are answered too, so that one probe fits both. */
export function healthRoutes({ readiness }: { readiness: () => Promise<Readiness> }): Route[] {
  const common = { method: 'get' as const, tags: ['service'], access: 'public' as const };
  const alive = (path: string, hidden: boolean) =>
    defineRoute({
      ...common,
      path,
      hidden,
      operationId: hidden ? 'getHealthz' : 'getHealth',
      summary: 'Whether the process lives; checks nothing else',
      responses: { 200: { description: 'It lives.', schema: Alive } },
      handler: () => ({ status: 200, body: { status: 'ok' as const } }),
    });
  const ready = (path: string, hidden: boolean) =>
    defineRoute({
      ...common,
      path,
      hidden,
      operationId: hidden ? 'getHealthzReady' : 'getReadiness',
      summary: 'Whether the service can do its work, component by component',
      description:
        'A component that is `degraded` takes nothing away that others could do better: search goes on by words without a model. One that is `down` makes it 503.',
      responses: {
        200: { description: 'Ready.', schema: Ready },
        503: { description: 'A component is down.', schema: Ready },
      },
      handler: async () => {
        const body = await readiness();
        return { status: body.status === 'ok' ? (200 as const) : (503 as const), body };
      },
    });
  return [
    alive('/health', false),
    alive('/healthz', true),
    ready('/health/ready', false),
    ready('/healthz/ready', true),
  ];
}
