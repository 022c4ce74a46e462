/**
 * `npm start`: installs what is missing, builds, and runs the server and the MCP server until one of them ends or
 * Ctrl-C stops both (a second one kills them). The environment goes through, over what .env.local says; without any,
 * both run with embedded neighbours. `--built` is for an image, where there is nothing to install or to build.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from './installMissing.mjs';
import { supervise } from './supervise.mjs';

const root = join(import.meta.dirname, '..');
if (!process.argv.includes('--built')) {
  try {
    installMissing(root);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
  if (build.status !== 0) process.exit(1);
}

const localSettings = join(root, '.env.local');
if (existsSync(localSettings)) process.loadEnvFile(localSettings);

process.exitCode = await supervise({
  server: join(root, 'dist', 'src', 'main.js'),
  mcp: join(root, 'dist', 'src', 'mcpMain.js'),
});
