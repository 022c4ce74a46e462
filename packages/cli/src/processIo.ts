import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Io } from './io.js';

/** This process's own terminal, pipes and environment. */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  // A reader that has seen enough (`| head`) is not a failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    env,
    cwd: process.cwd(),
    hasColor: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    width: readWidth(env['COLUMNS']) ?? (stdout.isTTY ? stdout.columns : undefined),
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    isInteractive: stdin.isTTY,
    readStdin: () => text(stdin),
    stdin,
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}

function readWidth(columns: string | undefined): number | undefined {
  const width = Number(columns);
  return Number.isInteger(width) && width > 0 ? width : undefined;
}
