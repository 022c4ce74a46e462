import { readConfig } from './config.js';
import { exitWithFailure, stopWhenAsked } from './lifecycle.js';
import { startServer } from './server.js';
import { log } from './telemetry.js';
import { welcome } from './welcome.js';

/** Starts the server, says where it is, and stops it gracefully when asked. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  log.level = config.LOG_LEVEL;
  const server = await startServer(config);
  const stop = stopWhenAsked(() => server.stop());
  void server.died.then((error) => stop(`an embedded neighbour died: ${error.message}`, 1));

  process.stdout.write(welcome(server, config));
  process.send?.({ ready: true, apiUrl: server.url, mcp: server.mcp });
}

main().catch(exitWithFailure);
