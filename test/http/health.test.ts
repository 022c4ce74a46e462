import { expect } from 'chai';
import { AppError } from '../../src/errors.js';
import { createReadiness } from '../../src/http/readiness.js';
import { healthRoutes } from '../../src/http/routes/health.js';
import type { Health } from '../../src/runtime/components.js';
import { serve } from '../support/http.js';
import { silentLog } from '../support/log.js';
import { startTestServer, type TestServer } from '../support/server.js';

const ok: Health = { status: 'ok' };
const options = { log: silentLog, limitMs: 20, cacheMs: 0 };

describe('readiness', () => {
  it('is degraded where a component is down, and says which and why', async () => {
    const components = [
      { name: 'fine', check: async () => ok },
      { name: 'lesser', check: async (): Promise<Health> => ({ status: 'degraded', error: 'no model' }) },
      { name: 'known', check: () => Promise.reject(new AppError('IdentityUnavailable', 'It is away.')) },
      { name: 'unknown', check: () => Promise.reject(new Error('connect to a secret host')) },
      { name: 'hanging', check: () => new Promise<Health>(() => undefined) },
    ];
    const server = await serve(healthRoutes({ readiness: createReadiness(components, options) }));
    try {
      const response = await fetch(`${server.url}/health/ready`);
      const body = (await response.json()) as { status: string; components: Record<string, Health> };
      expect(response.status).to.equal(503);
      expect(body.status).to.equal('degraded');
      expect(body.components['fine']).to.include(ok);
      expect(body.components['lesser']).to.include({ status: 'degraded', error: 'no model' });
      expect(body.components['known']).to.include({ status: 'down', error: 'It is away.' });
      expect(body.components['unknown']!.error).not.to.include('secret');
      expect(body.components['hanging']).to.include({ status: 'down', error: 'No answer within 20 ms.' });
      expect((await fetch(`${server.url}/health`)).status, 'it lives').to.equal(200);
    } finally {
      await server.stop();
    }
  });

  it('stays ready with a component that is only degraded', async () => {
    const check = async (): Promise<Health> => ({ status: 'degraded' });
    expect(await createReadiness([{ name: 'lesser', check }], options)()).to.include({ status: 'ok' });
  });

  it('asks once for all who ask together, and not again while the answer is fresh', async () => {
    let asked = 0;
    const check = async () => (asked++, ok);
    const readiness = createReadiness([{ name: 'counted', check }], { ...options, cacheMs: 60_000 });
    await Promise.all([readiness(), readiness()]);
    await readiness();
    expect(asked).to.equal(1);
  });

  it('leaves a check alone that hangs, until it ends', async () => {
    let asked = 0;
    let end: (health: Health) => void = () => undefined;
    const check = () => {
      asked++;
      return new Promise<Health>((resolve) => (end = resolve));
    };
    const readiness = createReadiness([{ name: 'slow', check }], { ...options, cacheMs: -1 });
    await readiness();
    expect((await readiness()).components['slow']!.status).to.equal('down');
    expect(asked).to.equal(1);
    end(ok);
    const again = readiness();
    end(ok);
    expect((await again).status).to.equal('ok');
  });
});

describe('the health of the real server', () => {
  let server: TestServer;
  before(async function () {
    this.timeout(60_000);
    server = await startTestServer();
  });
  after(() => server.stop());

  it('is told without a token, component by component, under both names', async () => {
    for (const path of ['/health/ready', '/healthz/ready']) {
      const { status, body } = await server.call('GET', path);
      expect(status).to.equal(200);
      expect(body.components).to.have.keys('database', 'workflows', 'embedding', 'identity', 'log', 'tuples');
      expect(body.components.database.details).to.include({ embedded: !process.env['TEST_DATABASE_URL'] });
      expect(body.components.database.details.pgvector).to.match(/^0\./);
      expect(body.components.workflows).to.include({ status: 'ok' });
      expect(body.components.embedding.details).to.include({ semantic: false, failed: 0 });
      expect(body.components.identity).to.include({ status: 'ok' });
    }
    for (const path of ['/health', '/healthz']) {
      expect((await server.call('GET', path)).body).to.deep.equal({ status: 'ok' });
    }
  });
});
