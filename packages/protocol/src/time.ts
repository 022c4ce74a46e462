import { InvalidInput } from './invalidInput.js';

const SHAPE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Refuses everything but `YYYY-MM-DDTHH:mm:ss.sssZ` of a real moment between the years 0001 and 9999: RFC 3339 in UTC, in
 * one spelling, as `Date.toISOString` writes it. Leap seconds, 24:00 and the year 0000 (Postgres has none) are refused.
 */
export function assertTime(value: unknown, field: string): asserts value is string {
  if (typeof value !== 'string' || !SHAPE.test(value)) {
    throw new InvalidInput(field, 'must be a UTC time with milliseconds, as in 2026-01-31T09:30:00.000Z');
  }
  const moment = new Date(value);
  // A day that does not exist, such as February 30, is read as another one.
  if (Number.isNaN(moment.getTime()) || moment.toISOString() !== value || value.startsWith('0000')) {
    throw new InvalidInput(field, `must be a moment that exists, which ${value} does not`);
  }
}
