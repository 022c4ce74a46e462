import { createClient } from '@moltnet/sdk';
import { serveStdio } from '@moltnet/mcp-tools';

/** An agent's MCP server over stdio, as `moltnet mcp` is: started by its client, with credentials of its own. */
const [baseUrl = '', clientId = '', clientSecret = ''] = process.argv.slice(2);
serveStdio({ client: createClient({ baseUrl, clientId, clientSecret }), version: '1' });
