/**
 * `npm run bench [-- PART… --check]`: builds and runs the benchmarks one after the other, all of them or those named
 * (write, search, embed, identity, log, proof, tuples, access), on TEST_DATABASE_URL or the embedded database. Each prints a table and writes
 * bench/results/<part>.json; with --check the exit code tells whether a target was missed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const PARTS = ['write', 'search', 'embed', 'identity', 'log', 'proof', 'tuples', 'access'];
const given = process.argv.slice(2);
const parts = given.filter((arg) => !arg.startsWith('--'));
const unknown = parts.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${PARTS.join(', ')}.`);
  process.exit(2);
}

function run(script, args) {
  const options = { cwd: root, stdio: 'inherit' };
  return spawnSync(process.execPath, ['--enable-source-maps', join(root, script), ...args], options).status ?? 1;
}

if (run('scripts/build.mjs', []) !== 0) process.exit(1);
for (const part of parts.length > 0 ? parts : PARTS) {
  console.log(`\n${part}`);
  if (run(`dist/bench/${part}.js`, given.includes('--check') ? ['--check'] : []) !== 0) process.exitCode = 1;
}
