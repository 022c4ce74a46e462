import { log } from './telemetry.js';

/**
 * Stops gracefully, once, on SIGTERM or SIGINT, or when the process that started this one is gone, and exits. The answer
 * stops it for another reason.
 */
export function stopWhenAsked(stopAll: () => Promise<void>): (reason: string, exitCode: number) => Promise<void> {
  let stopping = false;
  const stop = async (reason: string, exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info(`stopping: ${reason}`);
    await stopAll();
    log.info('stopped');
    process.exit(exitCode);
  };
  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  process.on('SIGINT', () => void stop('SIGINT', 0));
  process.on('disconnect', () => void stop('the process that started this one is gone', 0));
  return stop;
}

/** Ends a process that could not start: what was foreseen says by its message what to do, the rest brings its stack. */
export function exitWithFailure(error: unknown): never {
  const isExpected = error instanceof Error && error.name !== 'Error' && error.name !== 'TypeError';
  log.error(isExpected ? error.message : String((error as Error).stack ?? error));
  process.exit(1);
}
