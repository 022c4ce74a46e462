/** The thread that owns the database: opens it, listens, serves until it is told to stop. Started by startEmbeddedDatabase. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { Engine, type EngineVersions } from './engine.js';
import { Multiplexer } from './multiplexer.js';
import { loadTemplate } from './template.js';

export interface WorkerInput {
  readonly password: string;
  readonly idleTransactionMs: number;
  /** Absent: in memory. */
  readonly postgresPath: string | undefined;
  readonly isNew: boolean;
}

export type WorkerReport =
  | { readonly kind: 'listening'; readonly port: number; readonly versions: EngineVersions }
  | { readonly kind: 'failed'; readonly reason: string };

/** More than any pool here asks for; bounds what a stranger's sockets cost. */
const MAX_CONNECTIONS = 500;

const parent = parentPort!;
const input = workerData as WorkerInput;

/** Reports are delivered before the exit is; an exception would be swallowed by PGlite, which is in the middle of a call. */
function giveUp(error: Error): void {
  report({ kind: 'failed', reason: error.message });
  process.exit(1);
}

function report(what: WorkerReport): void {
  parent.postMessage(what);
}

async function serve(engine: Engine): Promise<{ server: Server; multiplexer: Multiplexer }> {
  const multiplexer = new Multiplexer(engine, { ...input, settings: await engine.readSettings() });
  const server = createServer((socket) => multiplexer.accept(socket));
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, multiplexer };
}

async function main(): Promise<void> {
  const template = input.isNew ? await loadTemplate(giveUp) : undefined;
  const engine = await Engine.open({ pgDataDir: input.postgresPath, template, onCrash: giveUp });
  const versions = await engine.readVersions();
  const { server, multiplexer } = await serve(engine);
  report({ kind: 'listening', port: (server.address() as AddressInfo).port, versions });

  await once(parent, 'message'); // the only word there is: stop
  server.close();
  await multiplexer.stop();
  await engine.close();
  process.exit(0);
}

main().catch(giveUp);
