/** Writes docs/openapi.json from the routes, and the SDK's types from that. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const { documentFiles } = await import(new URL('../dist/test/support/documentFiles.js', import.meta.url).href);
for (const [path, text] of Object.entries(await documentFiles())) writeFileSync(join(root, path), text);
