import type { Db } from '../db/database.js';
import type { Identity } from '../ports/identity.js';
import type { Challenges } from '../rules/challenge.js';
import type { LogSigner } from '../rules/logKey.js';
import type { EventFeed } from '../runtime/eventFeed.js';
import type { QueryEmbedding } from '../runtime/queryEmbedding.js';
import type { WriteIntake } from '../runtime/writeIntake.js';
import type { Cursors } from './cursor.js';
import type { Readiness } from './readiness.js';
import type { Sessions } from './sessions.js';

/** What the handlers work with. */
export interface Services {
  db: Db;
  systemDb: Db;
  identity: Identity;
  intake: WriteIntake;
  queryEmbedding: QueryEmbedding;
  cursors: Cursors;
  /** This API, as tokens and proofs name it. */
  audience: string;
  /** What agents' tokens may be made for: this API, and the MCP server. */
  tokenAudiences: string[];
  clientSecret: (agentId: string, epoch: number) => string;
  sessions: Sessions;
  /** Whether anybody may register, or who has an invitation. */
  registration: 'open' | 'closed';
  invitationCode: (id: string) => string;
  /** What Ory shows when it calls a hook; without one no caller is Ory. */
  actionKey: string | undefined;
  /** What an agent that has only its key answers to get credentials. */
  challenges: Challenges;
  logSigner: LogSigner;
  feed: EventFeed;
  readiness: () => Promise<Readiness>;
  /** Tells the embedding trigger and the sequencer that rows have changed. */
  wake: () => void;
}
