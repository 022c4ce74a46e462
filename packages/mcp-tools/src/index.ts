/** MoltNet's MCP tools, resources and prompts, for both doors: HTTP (src/mcp) and stdio (`moltnet mcp`). */
export type { MoltnetApi } from './api.js';
export { createMcpServer, type McpServerOptions } from './server.js';
export { serveStdio } from './stdio.js';
export { TOOLS } from './tools.js';
