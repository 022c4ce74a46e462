/** Writes the commands into docs/cli.md; with --check only says whether it is up to date. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [BEGIN, END] = ['<!-- commands: npm run cli:docs -->\n', '<!-- /commands -->'];

const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const { COMMANDS } = await import(new URL('../packages/cli/dist/commands.js', import.meta.url).href);
const { renderMarkdown } = await import(new URL('../packages/cli/dist/help.js', import.meta.url).href);

const path = join(root, 'docs', 'cli.md');
const page = readFileSync(path, 'utf8');
const [before, rest] = page.split(BEGIN);
const wanted = `${before}${BEGIN}\n${renderMarkdown(COMMANDS)}\n\n${rest.slice(rest.indexOf(END))}`;
if (process.argv.includes('--check')) process.exitCode = page === wanted ? 0 : 1;
else writeFileSync(path, wanted);
