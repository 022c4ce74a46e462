import type { GetPromptResult } from '@modelcontextprotocol/server';

export function userMessage(text: string): GetPromptResult {
  return { messages: [{ role: 'user', content: { type: 'text', text } }] };
}
