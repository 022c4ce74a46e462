/** Writes the table of tools into docs/mcp.md; with --check only says whether it is up to date. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [BEGIN, END] = ['<!-- tools: npm run mcp:docs -->\n', '<!-- /tools -->'];

const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const { TOOLS } = await import(new URL('../packages/mcp-tools/dist/index.js', import.meta.url).href);

const effect = ({ readOnlyHint, destructiveHint }) => (readOnlyHint ? 'reads' : destructiveHint ? 'deletes' : 'writes');
const rows = TOOLS.map(
  ({ name, description, annotations }) => `| \`${name}\` | ${effect(annotations)} | ${description} |`,
);
const table = ['| Tool | Effect | What its description says |', '| --- | --- | --- |', ...rows].join('\n');

const path = join(root, 'docs', 'mcp.md');
const page = readFileSync(path, 'utf8');
const [before, rest] = page.split(BEGIN);
const after = rest.slice(rest.indexOf(END));
const wanted = `${before}${BEGIN}\n${table}\n\n${after}`;
if (process.argv.includes('--check')) process.exitCode = page === wanted ? 0 : 1;
else writeFileSync(path, wanted);
