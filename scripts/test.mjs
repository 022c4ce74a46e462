/**
 * `npm test`: installs what is missing, builds, then runs mocha. Arguments that name TypeScript files narrow the run;
 * all others go to mocha, as in `npm test -- test/db/entries.test.ts --grep tombstone`. TEST_DATABASE_URL runs the
 * suite on a real Postgres.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installMissing } from './installMissing.mjs';

const root = join(import.meta.dirname, '..');
function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

installMissing(root);
run(join(root, 'scripts', 'build.mjs'));

const given = process.argv.slice(2);
const specs = given.filter((arg) => arg.endsWith('.ts')).map((arg) => join('dist', arg.replace(/\.ts$/, '.js')));
const rest = given.filter((arg) => !arg.endsWith('.ts'));
run(
  '--enable-source-maps',
  join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
  ...(specs.length > 0 ? specs : ['dist/test/**/*.test.js']),
  ...rest,
);
