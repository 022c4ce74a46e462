/**
 * Installs dependencies where what is installed differs from package-lock.json: after a clone, after a pull that
 * changed it. npm keeps its own record of an installation in node_modules/.package-lock.json.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The first package that is locked and not installed so; undefined if there is none.
 * @public Its test loads this file by address, which the search for unused exports does not see.
 */
export function findMissing(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return 'node_modules';
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  // Optional packages are those of other platforms; links are our own packages, which have no version there.
  const wanted = Object.entries(locked).filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional);
  const isThere = ([path, entry]) =>
    entry.link ? existsSync(join(root, path)) : installed[path]?.version === entry.version;
  return wanted.find((one) => !isThere(one))?.[0];
}

/** Throws an error with the remedy if npm cannot install; says what it does, since the first time takes a minute. */
export function installMissing(root) {
  const missing = findMissing(root);
  if (missing === undefined) return;
  console.error(`Installing dependencies (${missing} is missing or of another version) …`);
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('npm could not install the dependencies: read its message above, then try again.');
}
