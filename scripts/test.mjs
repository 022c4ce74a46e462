/**
 * Builds, then runs mocha. Arguments that name TypeScript files narrow the run; all others go to mocha, as in
 * `npm test -- test/db/entries.test.ts --grep tombstone`. TEST_DATABASE_URL runs the suite on a real Postgres.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) run('npm', ['ci']);
run(process.execPath, [join(root, 'scripts', 'build.mjs')]);

const given = process.argv.slice(2);
const specs = given.filter((arg) => arg.endsWith('.ts')).map((arg) => join('dist', arg.replace(/\.ts$/, '.js')));
const rest = given.filter((arg) => !arg.endsWith('.ts'));
run(process.execPath, [
  '--enable-source-maps',
  join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
  ...(specs.length > 0 ? specs : ['dist/test/**/*.test.js']),
  ...rest,
]);
