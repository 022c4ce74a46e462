/** Writes infra/ory/permissions.ts: the permission model in Ory's language. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const { NAMESPACES } = await import(new URL('../dist/src/rules/namespaces.js', import.meta.url).href);
const { printOpl } = await import(new URL('../dist/src/rules/printOpl.js', import.meta.url).href);
writeFileSync(join(root, 'infra', 'ory', 'permissions.ts'), printOpl(NAMESPACES));
