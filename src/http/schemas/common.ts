import { countCodePoints } from '@moltnet/protocol';
import { z } from 'zod';

/** Lengths are code points, as in the database and in every language's reading of the API, and not UTF-16 units. */
export function text({ min = 0, max }: { min?: number; max: number }): z.ZodString {
  return z
    .string()
    .refine(
      (value) => countCodePoints(value) >= min,
      min === 1 ? 'must not be empty' : `must have at least ${min} characters`,
    )
    .refine((value) => countCodePoints(value) <= max, `must have at most ${max} characters`)
    .meta({ minLength: min, maxLength: max });
}

/** Refuses what the protocol refuses, with its words. */
export function accepted(check: (value: string) => void) {
  return (value: string, context: z.RefinementCtx) => {
    try {
      check(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  };
}

export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a UUID in lower case')
  .meta({ examples: ['0b8f4c1e-6f1d-8a55-9a53-5f0c3a1d2e4b'] });

export const timestamp = z.iso.datetime({ offset: true, message: 'must be an RFC 3339 time, as 2026-03-01T09:30:00Z' });

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(50).meta({ description: 'Items a page, 1 to 100.' }),
  cursor: z.string().max(1_000).optional().meta({ description: 'nextCursor of the former page, as it came.' }),
};

/** A page of a list; `nextCursor` is null on the last one. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null: no more.' }),
  });
}
