/**
 * Runs the server and, once it is ready, the MCP server; stops both together.
 *
 * What a child owes: it stops gracefully on SIGINT and SIGTERM, and when its IPC channel closes (this process was
 * killed). The server sends `{ ready: true, mcp: { …environment of the MCP server } }` when it can be reached.
 *
 * A child leads a process group of its own. Otherwise Ctrl-C would reach it twice, from the terminal and from here.
 */
import { fork } from 'node:child_process';
import { constants } from 'node:os';

/** One Ctrl-C under `npm start` arrives twice, from the terminal and from npm; a person's second one comes later. */
const SAME_SIGNAL_MS = 500;

/** Resolves to the exit code when both have ended. */
export function supervise({ server, mcp, env = process.env }) {
  return new Promise((resolve) => {
    const running = new Map();
    let stopping = false;
    let exitCode = 0;

    function start(name, path, more = {}) {
      const child = fork(path, { env: { ...env, ...more }, detached: true, execArgv: ['--enable-source-maps'] });
      running.set(name, child);
      child.once('exit', (code, signal) => end(name, code ?? 128 + constants.signals[signal]));
      return child;
    }

    function end(name, code) {
      running.delete(name);
      if (!stopping) {
        const others = [...running.keys()].map((other) => `; stopping ${other}`).join('');
        console.error(`${name[0].toUpperCase()}${name.slice(1)} ended with exit code ${code}${others}.`);
        exitCode = code || 1;
        stop('SIGTERM');
      }
      exitCode ||= code;
      if (running.size === 0) resolve(exitCode);
    }

    function stop(signal) {
      stopping = true;
      for (const child of running.values()) child.kill(signal);
    }

    let interruptedAt;
    function interrupt(signal) {
      if (!stopping) stop(signal);
      else if (signal === 'SIGINT' && interruptedAt !== undefined && Date.now() - interruptedAt > SAME_SIGNAL_MS) {
        for (const child of running.values()) process.kill(-child.pid, 'SIGKILL');
      }
      interruptedAt ??= Date.now();
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);

    start('the server', server).on('message', (message) => {
      if (message?.ready === true && !stopping) start('the MCP server', mcp, message.mcp);
    });
  });
}
