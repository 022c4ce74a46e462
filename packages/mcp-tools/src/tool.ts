import { randomUUID } from 'node:crypto';
import type {
  CallToolResult,
  McpServer,
  ServerContext,
  ToolAnnotations,
  ToolCallback,
} from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { CallOptions } from '@moltnet/sdk';
import type { MoltnetApi } from './api.js';
import { explainFailure } from './explainFailure.js';

/** What a tool does to the world; clients ask people before the last. */
type Effect = 'reads' | 'creates' | 'changes' | 'deletes';

interface ToolDefinition<In extends z.ZodObject, Out extends z.ZodObject> {
  name: string;
  title: string;
  /** Every word is paid for by every client in every conversation. */
  description: string;
  effect: Effect;
  input: In;
  output: Out;
  /** `text` is for the model, `data` the same for programs. Where it creates, `options` names the request. */
  run(api: MoltnetApi, args: z.output<In>, options: CallOptions): Promise<{ text: string; data: z.input<Out> }>;
}

export interface Tool {
  name: string;
  title: string;
  description: string;
  annotations: ToolAnnotations;
  register(server: McpServer, api: MoltnetApi, report: (error: unknown) => void): void;
}

/**
 * `idempotent` for changes and deletions: the second of two equal calls has no effect, since the version it names is
 * gone. No tool reaches beyond MoltNet, so none is `openWorld`.
 */
const ANNOTATIONS: Record<Effect, ToolAnnotations> = {
  reads: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  creates: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  changes: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  deletes: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
};

/**
 * A tool whose failures are results that tell the model what happened and what to do; `report` hears of those that
 * the API did not explain.
 */
export function defineTool<In extends z.ZodObject, Out extends z.ZodObject>(definition: ToolDefinition<In, Out>): Tool {
  const { name, title, description, input, output } = definition;
  const annotations = ANNOTATIONS[definition.effect];
  return {
    name,
    title,
    description,
    annotations,
    register(server, api, report) {
      const config = { title, description, annotations, inputSchema: input, outputSchema: output };
      const run = async (args: z.output<In>, context: ServerContext): Promise<CallToolResult> => {
        const requestId = definition.effect === 'creates' ? nameRequest(args) : undefined;
        const options = {
          signal: context.mcpReq.signal,
          ...(requestId !== undefined && { idempotencyKey: requestId }),
        };
        try {
          const { text, data } = await definition.run(api, args, options);
          return { content: [{ type: 'text', text }], structuredContent: data };
        } catch (error) {
          const { text, expected } = explainFailure(error, requestId);
          if (!expected) report(error);
          return { content: [{ type: 'text', text }], isError: true };
        }
      };
      server.registerTool(name, config, run as ToolCallback<In>);
    },
  };
}

/** Made up where the model gives none, and told with a failure, so that it can be given the next time. */
function nameRequest({ request_id: given }: Record<string, unknown>): string {
  return typeof given === 'string' ? given : randomUUID();
}
