import type { OAuth2Api, OAuth2Client } from '@ory/client';
import { z } from 'zod';
import type { OAuthClient, OAuthClients } from '../identity.js';
import type { Call } from './call.js';

const client = z.object({ client_id: z.string() });
const rotated = client.extend({ client_secret: z.string().min(1) });
const nothing = z.unknown();

/**
 * client_secret_post: secrets go in the body, so that one with any character needs no second encoding. What agents send
 * to our own token endpoint, basic or post, is turned into this.
 */
function toOry({ clientSecret, ...given }: OAuthClient & { clientSecret: string }): OAuth2Client {
  return {
    client_id: given.clientId,
    client_secret: clientSecret,
    client_name: given.name,
    scope: given.scope,
    audience: given.audience,
    metadata: given.metadata,
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  };
}

export function createClients(hydra: OAuth2Api, call: Call): OAuthClients {
  return {
    async create(given) {
      const answer = await call({ name: 'createOAuth2Client', shape: client, alsoExpected: [409] }, (options) =>
        hydra.createOAuth2Client({ oAuth2Client: toOry(given) }, options),
      );
      return answer.ok ? 'created' : 'exists';
    },
    async replace(given) {
      const answer = await call({ name: 'setOAuth2Client', shape: client, alsoExpected: [404] }, (options) =>
        hydra.setOAuth2Client({ id: given.clientId, oAuth2Client: toOry(given) }, options),
      );
      return answer.ok ? 'replaced' : 'absent';
    },
    async rotateSecret(id) {
      const answer = await call(
        { name: 'rotateOAuth2ClientSecret', shape: rotated, alsoExpected: [404], repeatable: false },
        (options) => hydra.rotateOAuth2ClientSecret({ id }, options),
      );
      return answer.ok ? { clientSecret: answer.body.client_secret } : undefined;
    },
    async forgetRotatedSecrets(id) {
      const answer = await call(
        { name: 'deleteRotatedOAuth2ClientSecrets', shape: client, alsoExpected: [404] },
        (options) => hydra.deleteRotatedOAuth2ClientSecrets({ id }, options),
      );
      return answer.ok ? 'forgotten' : 'absent';
    },
    async delete(id) {
      const answer = await call({ name: 'deleteOAuth2Client', shape: nothing, alsoExpected: [404] }, (options) =>
        hydra.deleteOAuth2Client({ id }, options),
      );
      return answer.ok ? 'deleted' : 'absent';
    },
  };
}
