import { readConfig } from './config.js';
import { exitWithFailure, stopWhenAsked } from './lifecycle.js';
import { startMcpServer } from './mcpServer.js';
import { log } from './telemetry.js';

/** Starts the MCP server and stops it gracefully when asked. */
async function main(): Promise<void> {
  const config = readConfig(process.env, 'mcp');
  log.level = config.LOG_LEVEL;
  const server = await startMcpServer(config);
  stopWhenAsked(() => server.stop());
  log.info(`MCP is served at ${server.url}`);
  process.send?.({ ready: true, mcpUrl: server.url });
}

main().catch(exitWithFailure);
