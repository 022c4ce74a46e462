import { serveStdio as serve, type StdioServerHandle } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, type McpServerOptions } from './server.js';

/** Serves one client over stdin and stdout until it closes them; whatever else the process prints must go to stderr. */
export function serveStdio(options: McpServerOptions): StdioServerHandle {
  return serve(() => createMcpServer(options), options.report ? { onerror: options.report } : {});
}
