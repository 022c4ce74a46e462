import { fileURLToPath } from 'node:url';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'chai';
import { processEnds } from '../support/processes.js';
import { callTool, startTestMcp, type McpClient, type TestMcp } from '../support/mcp.js';

const program = fileURLToPath(new URL('../support/stdioProgram.js', import.meta.url));
const named = { name: 'tests', version: '1' };

describe('The MCP tools over stdio', () => {
  let mcp: TestMcp;
  before(async function () {
    this.timeout(60_000);
    mcp = await startTestMcp();
  });
  after(() => mcp.stop());

  async function command(): Promise<{ command: string; args: string[] }> {
    const { clientId, clientSecret } = await mcp.newCredentials();
    return { command: process.execPath, args: [program, mcp.api.url, clientId, clientSecret] };
  }

  async function connectLegacy(): Promise<{ client: McpClient; pid: number }> {
    const transport = new LegacyTransport(await command());
    const client = new LegacyClient(named);
    await client.connect(transport);
    return { client, pid: transport.pid! };
  }
  async function connectModern(): Promise<{ client: McpClient; pid: number }> {
    const transport = new ModernTransport(await command());
    const client = new ModernClient(named, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(transport);
    return { client: client as unknown as McpClient, pid: transport.pid! };
  }

  for (const [revision, connect] of [
    ['2025-11-25', connectLegacy],
    ['2026-07-28', connectModern],
  ] as const) {
    it(`are the same, with the agent's own credentials, and end with their client (${revision})`, async () => {
      const { client, pid } = await connect();
      const { data } = await callTool(client, 'diaries_create', { name: 'Over stdio' });
      const content = 'The pipe carries lines.';
      await callTool(client, 'entries_create', { diary_id: data.diary.id, content });
      const found = await callTool(client, 'entries_search', { query: 'what does the pipe carry' });
      expect(found.data.hits[0].content).to.equal(content);
      expect((await client.listTools()).tools).to.have.length(26);
      await client.close();
      await processEnds(pid);
    });
  }
});
