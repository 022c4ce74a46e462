import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type ChildProgram = {
  process: ChildProcess;
  /** Resolves when the program has printed this line; rejects with what it wrote to stderr when it ends before. */
  said(line: string): Promise<void>;
  /** The lines that it has printed so far. */
  lines: readonly string[];
  tell(line: string): void;
  /** Everything written to stderr so far. */
  stderr(): string;
  exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
};

/** Runs a compiled program of this repository (a path in dist) as a process of its own, and speaks with it in lines. */
export function startProgram(path: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): ChildProgram {
  const program = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  const wakeAll = (): void => waiting.forEach((wake) => wake());
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wakeAll();
  });
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  void exited.then(wakeAll);

  return {
    process: child,
    lines,
    said: (line) =>
      new Promise<void>((resolve, reject) => {
        const look = (): void => {
          const found = lines.includes(line);
          if (!found && child.exitCode === null && child.signalCode === null) return;
          waiting.delete(look);
          if (found) resolve();
          else reject(new Error(`The program ended before it said "${line}":\n${errors}`));
        };
        waiting.add(look);
        look();
      }),
    tell: (line) => child.stdin.write(`${line}\n`),
    stderr: () => errors,
    exited,
    async kill(signal) {
      child.kill(signal);
      if (signal === 'SIGKILL') await exited;
    },
  };
}
