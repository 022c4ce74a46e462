import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect } from 'chai';
import { callTool, type McpClient } from '../support/mcp.js';
import { MOLTNET, newPerson } from '../support/moltnet.js';
import { processEnds } from '../support/processes.js';
import { startTestServer } from '../support/server.js';

describe('moltnet mcp', () => {
  it("serves the tools over stdio as the profile's agent, and ends with its client", async function () {
    this.timeout(60_000);
    const server = await startTestServer();
    const person = await newPerson(server.url);
    const { fingerprint } = await person.json(['register', '--name', 'through MCP']);
    const transport = new StdioClientTransport({ command: process.execPath, args: [MOLTNET, 'mcp'], env: person.env });
    const client = new Client({ name: 'tests', version: '1' });
    await client.connect(transport);
    const { data } = await callTool(client as unknown as McpClient, 'moltnet_whoami', {});
    expect(JSON.stringify(data)).to.include(fingerprint);
    const pid = transport.pid!;
    await client.close();
    await processEnds(pid);
    await person.leave();
    await server.stop();
  });
});
