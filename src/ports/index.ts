import type { Db } from '../db/database.js';
import type { Embedder } from './embedder.js';
import type { Identity } from './identity.js';

/** The world outside, as the steps reach it. Set once, before DBOS launches: recovery starts steps at once. */
export interface Ports {
  /** The application's database. */
  db: Db;
  /** Of the application's database, for what needs a connection of its own. */
  databaseUrl: string;
  /** DBOS's system database; the same pool where both live in one database. */
  systemDb: Db;
  embedder: Pick<Embedder, 'embedPassage'>;
  /** The row of the embedder's model in embedding_models, under which new vectors are filed. */
  modelId: () => number;
  identity: Identity;
  /** What the agents' tokens may be made for: this API, and the MCP server. */
  tokenAudiences: string[];
  /** The client secret of an agent at an epoch: derived where it is needed, and never put into an output. */
  clientSecret: (agentId: string, epoch: number) => string;
  consolidator: Consolidator;
}

/** Who writes and signs what consolidation makes: an agent of its own kind, so that the service never signs as another. */
export interface Consolidator {
  agentId: string;
  keyId: string;
  /** Ed25519, base64. */
  sign: (input: string) => string;
}

let current: Ports | undefined;

export function setPorts(value: Ports): void {
  current = value;
}

export function ports(): Ports {
  if (!current) throw new Error('The ports are not set: main sets them before it launches DBOS.');
  return current;
}
