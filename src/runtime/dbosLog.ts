import type { DLogger } from '@dbos-inc/dbos-sdk';
import { ERRORS, findErrorKind } from '../errors.js';
import type { Log } from '../telemetry.js';

const EXPECTED = new RegExp(`\\b(${Object.keys(ERRORS).join('|')}): `);

/**
 * DBOS's lines, in our levels. Its info lines tell of its own start and every queue: debug here. It writes each failed
 * step at error or warn with the stack; a failure with a name from our table is an answer to somebody, and its place is
 * the run's record: those that may heal by themselves are warnings, the rest is debug.
 */
export function dbosLog(log: Log): DLogger {
  return {
    debug: (entry) => log.debug(`dbos: ${String(entry)}`),
    info: (entry) => log.debug(`dbos: ${String(entry)}`),
    warn: (entry) => {
      const text = String(entry);
      if (EXPECTED.test(text)) log.debug(`dbos: ${text}`);
      else log.warn(`dbos: ${text}`);
    },
    error: (entry, metadata) => {
      const kind = findErrorKind(metadata?.error);
      const details = { stack: metadata?.stack, workflowId: metadata?.span?.attributes['operationUUID'] };
      if (!kind) log.error(`dbos: ${String(entry)}`, details);
      else if (kind.retryable) log.warn(`dbos: ${kind.name}: ${String(entry)}`);
      else log.debug(`dbos: ${kind.name}: ${String(entry)}`);
    },
  };
}
