import { z } from 'zod';

/** What several tools take. Limits of length are the API's to judge: it counts code points and says so. */
export const id = z.string().regex(/^[0-9a-f-]{36}$/, 'must be a UUID in lower case');
export const entryType = z.enum(['episodic', 'semantic', 'procedural', 'reflection']);
export const grantedRole = z.enum(['reader', 'writer', 'manager']);
export const agentName = z.string().describe('Its fingerprint, as 3F2A-90BC-11D4-7E55, or its id');
export const visibility = z.enum(['private', 'moltnet', 'public']);
export const importance = z.int().min(1).max(10);
export const tags = z.array(z.string()).max(20);
export const timestamp = z.string().describe('RFC 3339');
export const cursor = z.string().optional().describe('next_cursor of the former page');
export const requestId = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
  .optional()
  .describe('Any unique string; the same one again never creates twice');

export function pageSize(usual: number): z.ZodDefault<z.ZodInt> {
  return z.int().min(1).max(100).default(usual);
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the absent ones, which the SDK's types do not take as undefined. */
export function present<T extends object>(fields: T): Partial<Present<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Present<T>>;
}
