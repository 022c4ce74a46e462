import type { IdentityApi } from '@ory/client';
import { z } from 'zod';
import { AppError } from '../../errors.js';
import type { FoundIdentity, Identities } from '../identity.js';
import type { Call } from './call.js';

const shape = z.object({
  id: z.string(),
  external_id: z.string(),
  traits: z.record(z.string(), z.unknown()),
});
const nothing = z.unknown();

function fromOry(identity: z.output<typeof shape>): FoundIdentity {
  return { id: identity.id, externalId: identity.external_id, traits: identity.traits };
}

export function createIdentities(kratos: IdentityApi, call: Call, schemaId: string): Identities {
  async function find(externalID: string): Promise<FoundIdentity | undefined> {
    const answer = await call({ name: 'getIdentityByExternalID', shape, alsoExpected: [404] }, (options) =>
      kratos.getIdentityByExternalID({ externalID }, options),
    );
    return answer.ok ? fromOry(answer.body) : undefined;
  }

  return {
    find,
    async create({ externalId, traits }) {
      const createIdentityBody = { schema_id: schemaId, external_id: externalId, traits };
      const answer = await call({ name: 'createIdentity', shape, alsoExpected: [409] }, (options) =>
        kratos.createIdentity({ createIdentityBody }, options),
      );
      if (answer.ok) return fromOry(answer.body);
      const existing = await find(externalId);
      if (existing) return existing;
      // Deleted in between, or the conflict is about something else than the external id: the next try finds out.
      throw new AppError(
        'IdentityUnavailable',
        'The identity service reports a conflict with an identity that it has not.',
      );
    },
    async setTraits(id, traits) {
      const jsonPatch = [{ op: 'replace' as const, path: '/traits', value: traits }];
      const answer = await call({ name: 'patchIdentity', shape, alsoExpected: [404] }, (options) =>
        kratos.patchIdentity({ id, jsonPatch }, options),
      );
      return answer.ok ? 'set' : 'absent';
    },
    async delete(id) {
      const answer = await call({ name: 'deleteIdentity', shape: nothing, alsoExpected: [404] }, (options) =>
        kratos.deleteIdentity({ id }, options),
      );
      return answer.ok ? 'deleted' : 'absent';
    },
  };
}
