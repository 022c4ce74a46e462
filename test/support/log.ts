import type { Log } from '../../src/telemetry.js';

const ignore = (() => silentLog) as unknown as Log['info'];

/** A log that nobody reads. */
export const silentLog: Log = { error: ignore, warn: ignore, info: ignore, debug: ignore };
