import type { Identity } from '../../src/ports/identity.js';
import { createOryIdentity, oryUrls } from '../../src/ports/ory/identity.js';
import { identityPortTests } from '../support/identityPort.js';
import { skipBecause } from '../support/skip.js';
import { tuplePortTests } from '../support/tuplePort.js';

/**
 * The same tests of the port as on the embedded server, against a real Ory project: one made for that, with the identity
 * schema of agents and infra/ory/permissions.ts in it. They clean up after themselves; what a failed one leaves has random
 * names. About 60 calls, with pauses where Ory limits the rate.
 */
describe('the identity port on a real Ory project', function () {
  this.timeout(120_000);
  this.slow(10_000);
  const url = process.env['TEST_ORY_PROJECT_URL'];
  const apiKey = process.env['TEST_ORY_API_KEY'];
  let identity: Identity;

  before(function () {
    if (!url || !apiKey) {
      return skipBecause(this, 'needs TEST_ORY_PROJECT_URL and TEST_ORY_API_KEY of a project made for tests');
    }
    identity = createOryIdentity({
      urls: oryUrls(url),
      apiKey,
      schemaId: process.env['TEST_ORY_IDENTITY_SCHEMA_ID'] ?? 'agent',
      // A rate limit's reset may be a minute away, and here nobody waits at a door.
      limits: { deadlineMs: 90_000 },
    });
  });

  identityPortTests(() => identity);
  tuplePortTests(() => identity);
});
