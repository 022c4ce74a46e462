import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Operation, Outcome } from './operations.js';

const script = fileURLToPath(new URL('../../../test/protocol/second_peer.py', import.meta.url));

export interface Peer {
  perform(operation: Operation, input: unknown): Promise<Outcome>;
  stop(): Promise<void>;
}

export function isPythonInstalled(): boolean {
  return spawnSync('python3', ['--version']).status === 0;
}

/** One Python process that answers a line with a line, in order. What it writes to stderr is shown. */
export function startPythonPeer(): Peer {
  const child = spawn('python3', [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONUTF8: '1' },
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async perform(operation, input) {
      child.stdin.write(`${JSON.stringify({ operation, input })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`python3 ended during ${operation}`);
      return JSON.parse(value) as Outcome;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
