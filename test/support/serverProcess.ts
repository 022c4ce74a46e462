import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface ServerProcess {
  child: ChildProcess;
  url: string;
  /** What it wrote to its log and to its terminal. */
  output(): string;
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** The server as `npm start` runs it, in a process of its own; resolves when it can be reached, rejects if it ends first. */
export async function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  const child = fork(MAIN, {
    env: { ...process.env, NODE_ENV: 'test', PORT: '0', ...env },
    silent: true,
    execArgv: [],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { apiUrl: string }) => resolve(message.apiUrl));
    void ended.then((how) => reject(new Error(`The server ended (${how}) before it was ready:\n${output}`)));
  });
  return {
    child,
    url,
    output: () => output,
    async kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
