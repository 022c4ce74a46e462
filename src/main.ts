import { readConfig } from './config.js';
import { startServer } from './server.js';
import { log } from './telemetry.js';
import { welcome } from './welcome.js';

/** Starts the server, says where it is, and stops it gracefully on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  log.level = config.LOG_LEVEL;
  const server = await startServer(config);

  let stopping = false;
  const stop = async (reason: string, exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info(`stopping: ${reason}`);
    await server.stop();
    log.info('stopped');
    process.exit(exitCode);
  };
  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  process.on('SIGINT', () => void stop('SIGINT', 0));
  process.on('disconnect', () => void stop('the process that started this one is gone', 0));
  void server.died.then((error) => stop(`an embedded neighbour died: ${error.message}`, 1));

  process.stdout.write(welcome(server, config));
  process.send?.({ ready: true, apiUrl: server.url, mcp: server.mcp });
}

main().catch((error: unknown) => {
  const isExpected = error instanceof Error && error.name !== 'Error' && error.name !== 'TypeError';
  log.error(isExpected ? error.message : String((error as Error).stack ?? error));
  process.exit(1);
});
