import { Configuration, IdentityApi, OAuth2Api, OidcApi, PermissionApi, RelationshipApi } from '@ory/client';
import { z } from 'zod';
import type { Identity } from '../identity.js';
import { createAxios } from './axios.js';
import { createCall, type CallLimits } from './call.js';
import { createClients } from './clients.js';
import { createIdentities } from './identities.js';
import { createTokens } from './tokens.js';
import { createTuples } from './tuples.js';

export interface OryUrls {
  hydraPublic: string;
  hydraAdmin: string;
  kratosAdmin: string;
  ketoRead: string;
  ketoWrite: string;
}

/** Ory Network, and the embedded server, have one URL for all services; self-hosted ones have their own. */
export function oryUrls(project: string, own: { [K in keyof OryUrls]?: string | undefined } = {}): OryUrls {
  return {
    hydraPublic: own.hydraPublic ?? project,
    hydraAdmin: own.hydraAdmin ?? project,
    kratosAdmin: own.kratosAdmin ?? project,
    ketoRead: own.ketoRead ?? project,
    ketoWrite: own.ketoWrite ?? project,
  };
}

export interface OryOptions {
  urls: OryUrls;
  apiKey: string;
  /** The identity schema that agents are created with. */
  schemaId: string;
  limits?: CallLimits;
}

const discovery = z.object({ issuer: z.string() });

/** The identity service behind Ory's HTTP API; connections are made when they are first needed. */
export function createOryIdentity({ urls, apiKey, schemaId, limits }: OryOptions): Identity {
  const http = createAxios();
  const call = createCall(limits);
  const admin = (basePath: string) => new Configuration({ basePath, accessToken: apiKey });
  const hydra = new OAuth2Api(admin(urls.hydraAdmin), urls.hydraAdmin, http);
  const kratos = new IdentityApi(admin(urls.kratosAdmin), urls.kratosAdmin, http);
  const permissions = new PermissionApi(admin(urls.ketoRead), urls.ketoRead, http);
  const relations = new RelationshipApi(admin(urls.ketoRead), urls.ketoRead, http);
  const changes = new RelationshipApi(admin(urls.ketoWrite), urls.ketoWrite, http);
  const oidc = new OidcApi(new Configuration({ basePath: urls.hydraPublic }), urls.hydraPublic, http);
  return {
    clients: createClients(hydra, call),
    tokens: createTokens({ hydra, http, publicUrl: urls.hydraPublic, call }),
    identities: createIdentities(kratos, call, schemaId),
    tuples: createTuples({ permissions, relations, changes, call }),
    async checkHealth() {
      // No operation of the client library asks for health; the discovery document is served by whatever can serve tokens.
      await call({ name: 'discoverOidcConfiguration', shape: discovery, publicEndpoint: true }, (options) =>
        oidc.discoverOidcConfiguration(options),
      );
    },
  };
}
