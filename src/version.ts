import { readFileSync } from 'node:fs';

/** The version of MoltNet, as its manifest says: the one place that everything else asks. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
