import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { generateKeyPair } from '@moltnet/protocol';
import { register } from '@moltnet/sdk';
import { readConfig } from '../../src/config.js';
import { startMcpServer } from '../../src/mcpServer.js';
import { startTestServer, type TestServer } from './server.js';

/** The MCP server as clients and tokens name it; where it listens is another matter. */
export const RESOURCE = 'http://mcp.test/mcp';

/** What the tests ask of a client, of either line. */
export type McpClient = Pick<
  LegacyClient,
  | 'listTools'
  | 'callTool'
  | 'readResource'
  | 'listResources'
  | 'listResourceTemplates'
  | 'listPrompts'
  | 'getPrompt'
  | 'close'
>;

export interface TestMcp {
  api: TestServer;
  /** The endpoint. */
  url: URL;
  newCredentials(): Promise<Credentials>;
  /** A token of a new agent, for the MCP server or for another resource. */
  newToken(resource?: string): Promise<string>;
  tokenFor(credentials: Credentials, resource?: string): Promise<string>;
  stop(): Promise<void>;
}

export interface Credentials {
  clientId: string;
  clientSecret: string;
}

export async function registerCredentials(baseUrl: string): Promise<Credentials> {
  const { privateKey } = generateKeyPair();
  return (await register({ baseUrl, privateKey, name: 'tester' })).credentials;
}

/** The whole server and an MCP server beside it, in this process, as `npm start` wires them. */
export async function startTestMcp(env: Record<string, string> = {}): Promise<TestMcp> {
  const api = await startTestServer();
  const mcp = await startMcpServer(
    readConfig({ NODE_ENV: 'test', MCP_PORT: '0', SHUTDOWN_TIMEOUT_MS: '3000', ...api.server.mcp, ...env }, 'mcp'),
  );

  const newCredentials = () => registerCredentials(api.url);
  async function tokenFor({ clientId, clientSecret }: Credentials, resource = RESOURCE): Promise<string> {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, resource };
    const response = await fetch(`${api.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  return {
    api,
    url: new URL('/mcp', mcp.url),
    newCredentials,
    newToken: async (resource) => tokenFor(await newCredentials(), resource),
    tokenFor,
    async stop() {
      await mcp.stop();
      await api.stop();
    },
  };
}

const NAMED = { name: 'tests', version: '1' };

/** A client of the maintenance line: revision 2025-11-25. */
export async function connectLegacy(url: URL, token: string): Promise<McpClient> {
  const client = new LegacyClient(NAMED);
  await client.connect(new LegacyTransport(url, authorized(token)) as never);
  return client;
}

/** A client of the line after it, which takes revision 2026-07-28 and nothing else. */
export async function connectModern(url: URL, token: string): Promise<McpClient> {
  const client = new ModernClient(NAMED, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new ModernTransport(url, authorized(token)));
  return client as unknown as McpClient;
}

function authorized(token: string) {
  return { requestInit: { headers: { Authorization: `Bearer ${token}` } } };
}

export interface ToolAnswer {
  text: string;
  // Tests read what they expect and fail on what is not there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
  isError: boolean;
}

export async function callTool(
  client: McpClient,
  name: string,
  args: Record<string, unknown> = {},
): Promise<ToolAnswer> {
  const result = await client.callTool({ name, arguments: args });
  const [first] = result.content as { text: string }[];
  return { text: first?.text ?? '', data: result.structuredContent, isError: result.isError === true };
}
