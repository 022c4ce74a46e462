import type { McpServer } from '@modelcontextprotocol/server';
import type { MoltnetApi } from './api.js';
import { registerRecall } from './prompts/recall.js';
import { registerSignMessage } from './prompts/signMessage.js';
import { registerReflect } from './prompts/reflect.js';

export function registerPrompts(server: McpServer, api: MoltnetApi): void {
  registerReflect(server, api);
  registerRecall(server, api);
  registerSignMessage(server);
}
