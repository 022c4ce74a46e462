import { serveStdio } from '@moltnet/mcp-tools';
import { defineCommand } from '../command.js';
import { VERSION } from '../version.js';

export const mcp = defineCommand({
  name: 'mcp',
  summary: 'Serve the MCP tools over stdin and stdout, with your credentials.',
  details: 'For MCP clients that start their servers; it ends when the client closes stdin.',
  as: 'agent',
  examples: ['moltnet mcp --profile default'],
  run({ client, io }) {
    const report = (error: unknown) => io.err(`moltnet mcp: ${error instanceof Error ? error.message : String(error)}`);
    serveStdio({ client, version: VERSION, report });
    return Promise.resolve(undefined);
  },
});
