import winston from 'winston';

/**
 * The log. error: a person must act. warn: healed, or will be. info: a life event. debug: the rest. Never content,
 * tokens or keys: callers pass ids.
 */
const isTerminal = process.stdout.isTTY;

const lines = winston.format.printf(({ timestamp, level, message, ...rest }) => {
  const details = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
  return `${String(timestamp)} ${level.padEnd(5)} ${String(message)}${details}`;
});

export const log = winston.createLogger({
  level: 'info',
  format: winston.format.combine(winston.format.timestamp(), isTerminal ? lines : winston.format.json()),
  transports: [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
});

export type Log = Pick<winston.Logger, 'error' | 'warn' | 'info' | 'debug'>;
