#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  console.error(
    'moltnet: nothing is built yet.\nRun npm start (it installs and builds), or npm run build, and try again.',
  );
  process.exitCode = 1;
}
