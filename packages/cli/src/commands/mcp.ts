import { defineCommand } from '../command.js';
import { VERSION } from '../version.js';

export const mcp = defineCommand({
  name: 'mcp',
  summary: 'Serve the MCP tools over stdin and stdout, with your credentials.',
  details: 'For MCP clients that start their servers; it ends when the client closes stdin.',
  as: 'agent',
  examples: ['moltnet mcp --profile default'],
  async run({ client, io }) {
    // Only here: loading the tools takes longer than most commands do.
    const { serveStdio } = await import('@moltnet/mcp-tools');
    const report = (error: unknown) => io.err(`moltnet mcp: ${error instanceof Error ? error.message : String(error)}`);
    serveStdio({ client, version: VERSION, report });
    return undefined;
  },
});
