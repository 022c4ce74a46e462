import { isOutage } from '../db/outage.js';
import { AppError, ERRORS, findErrorKind, rootFailure, type ErrorName } from '../errors.js';
import { TITLES } from './problemTable.js';

/** One thing that is wrong with a request: where (a JSON pointer into the named part) and what. */
export interface Fault {
  in?: 'body' | 'query' | 'path' | 'headers';
  pointer: string;
  message: string;
}

/** RFC 9457, extended: `name` is what programs branch on, `retryable` says whether the same request can succeed later. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  name: ErrorName;
  retryable: boolean;
  requestId: string;
  errors?: Fault[];
}

interface HttpDetails {
  faults?: Fault[];
  headers?: Record<string, string>;
}

/** An AppError that brings more than its message to the answer: several faults, or headers such as Allow. */
export function httpError(
  name: ErrorName,
  message: string,
  { faults, headers, ...options }: HttpDetails & { cause?: unknown; field?: string } = {},
): AppError & HttpDetails {
  return Object.assign(new AppError(name, message, options), faults && { faults }, headers && { headers });
}

/** `entries[3].title` as a JSON pointer, `/entries/3/title`. */
function fieldPointer(field: string): string {
  return `/${field.replaceAll(/\[(\d+)\]/g, '.$1').replaceAll('.', '/')}`;
}

function faultsOf(error: unknown): Fault[] | undefined {
  const { faults, field, message } = error as HttpDetails & { field?: string; message: string };
  if (Array.isArray(faults)) return faults;
  return typeof field === 'string' ? [{ pointer: fieldPointer(field), message }] : undefined;
}

/** Headers that a status is not complete without; an error that brings its own overrides them. */
function usualHeaders(status: number): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer realm="moltnet"' };
  if (status === 503) return { 'Retry-After': '2' };
  return {};
}

/**
 * The one place where a failure becomes an answer. What is in the table of src/errors.ts is told as it is; a lost
 * database is told as such; anything else is InternalError, which tells a request id and nothing more. What DBOS has
 * wrapped is unwrapped: the caller is told what failed, not how often it was tried.
 */
export function toProblem(failure: unknown, requestId: string): { problem: Problem; headers: Record<string, string> } {
  const error = rootFailure(failure);
  const known = findErrorKind(error);
  const name = known?.name ?? (isOutage(error) ? 'DatabaseUnavailable' : 'InternalError');
  const { status, retryable } = ERRORS[name];
  const detail = known ? (error as Error).message : UNEXPECTED[name === 'DatabaseUnavailable' ? name : 'InternalError'];
  const errors = known && faultsOf(error);
  return {
    problem: {
      type: `/problems#${name}`,
      title: TITLES[name],
      status,
      detail,
      name,
      retryable,
      requestId,
      ...(errors && { errors }),
    },
    headers: { ...usualHeaders(status), ...(known && (error as HttpDetails).headers) },
  };
}

const UNEXPECTED = {
  DatabaseUnavailable: 'The database does not answer. Send the same request again in a few seconds.',
  InternalError: 'Something failed that should not have. Tell an operator the requestId; the log has the rest.',
};
