import { setTimeout as pauseFor } from 'node:timers/promises';
import type { z } from 'zod';
import { AppError } from '../../errors.js';
import { log } from '../../telemetry.js';
import { failureCode, type AxiosResponse, type RawAxiosRequestConfig } from './axios.js';

/** One attempt. Ory's own p99 is far below; longer means that it will not answer. */
const ATTEMPT_TIMEOUT_MS = 5_000;
/** All attempts of one call with the pauses between them: a request at a door waits for them. */
const DEADLINE_MS = 12_000;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** An outage fails every request; one line a minute and kind says as much as thousands. */
const ALARM_INTERVAL_MS = 60_000;

export interface CallLimits {
  attemptTimeoutMs?: number;
  deadlineMs?: number;
  firstPauseMs?: number;
  pause?: (ms: number) => Promise<unknown>;
}

export interface Operation<T> {
  /** Ory's operation id, for messages. */
  name: string;
  /** The shape of a 2xx answer: a proxy's page or a changed API is noticed here and not further in. */
  shape: z.ZodType<T>;
  /** The other statuses that have a meaning for the caller. */
  alsoExpected?: number[];
  /** False when a second attempt after a lost answer does something else than the first alone. */
  repeatable?: boolean;
  /** True where the caller's own credentials are in the request, so that 401 is about them and not about our key. */
  publicEndpoint?: boolean;
}

/** `body` is there for a 2xx, `raw` is what came with one of the other expected statuses. */
export type Answer<T> = { ok: true; status: number; body: T } | { ok: false; status: number; raw: unknown };

export type Call = <T>(
  operation: Operation<T>,
  send: (options: RawAxiosRequestConfig) => Promise<AxiosResponse<unknown>>,
) => Promise<Answer<T>>;

/** `ambiguous`: it may have been done all the same. */
type Failure = { reason: string; waitMs?: number; ambiguous: boolean };
type Outcome<T> = { answer: Answer<T> } | { failure: Failure };

/**
 * When a 429 asks us to come back. Services put the seconds to wait into `x-ratelimit-reset`, or the Unix time: a number
 * too large for a wait is read as a time.
 */
function readResetMs(headers: Record<string, unknown>): number | undefined {
  const value = Number(headers['x-ratelimit-reset'] ?? headers['retry-after']);
  if (!Number.isFinite(value) || value < 0) return undefined;
  return value > 1_000_000_000 ? Math.max(0, value * 1000 - Date.now()) : value * 1000;
}

/** A caller of Ory's operations with time-outs, retries with full jitter, and the error table of the port. */
export function createCall(limits: CallLimits = {}): Call {
  const attemptTimeoutMs = limits.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS;
  const deadlineMs = limits.deadlineMs ?? DEADLINE_MS;
  const pause = limits.pause ?? pauseFor;
  const alarm = createAlarm();

  function classify<T>(operation: Operation<T>, response: AxiosResponse<unknown>): Outcome<T> {
    const { status } = response;
    if (status >= 200 && status < 300) {
      const parsed = operation.shape.safeParse(response.data);
      if (parsed.success) return { answer: { ok: true, status, body: parsed.data } };
      return { failure: { reason: `answered ${status} with a body that is not Ory's`, ambiguous: true } };
    }
    if (operation.alsoExpected?.includes(status)) return { answer: { ok: false, status, raw: response.data } };
    if (status === 429) {
      const waitMs = readResetMs(response.headers);
      return { failure: { reason: 'limits our rate', ambiguous: false, ...(waitMs === undefined ? {} : { waitMs }) } };
    }
    if (status >= 500 || status === 408) return { failure: { reason: `answered ${status}`, ambiguous: true } };
    if ((status === 401 || status === 403) && !operation.publicEndpoint) {
      alarm('key', `The identity service refuses our key (${operation.name}: ${status}). Check ORY_API_KEY.`);
      throw new AppError('IdentityUnavailable', 'The identity service cannot be used at the moment.');
    }
    throw new AppError(
      'Misconfigured',
      `The identity service answered ${status} to ${operation.name}: its base URL or its configuration is not the one this server expects.`,
    );
  }

  async function attempt<T>(
    operation: Operation<T>,
    send: (options: RawAxiosRequestConfig) => Promise<AxiosResponse<unknown>>,
    timeoutMs: number,
  ): Promise<Outcome<T>> {
    let response: AxiosResponse<unknown>;
    try {
      response = await send({ signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      return { failure: { reason: `did not answer (${failureCode(cause)})`, ambiguous: true } };
    }
    return classify(operation, response);
  }

  return async (operation, send) => {
    const end = Date.now() + deadlineMs;
    for (let number = 1; ; number++) {
      const outcome = await attempt(operation, send, Math.max(1, Math.min(attemptTimeoutMs, end - Date.now())));
      if ('answer' in outcome) return outcome.answer;
      const { reason, waitMs, ambiguous } = outcome.failure;
      const growing = Math.min(LONGEST_PAUSE_MS, (limits.firstPauseMs ?? FIRST_PAUSE_MS) * 2 ** (number - 1));
      // Full jitter, so that processes that failed together do not come back together; never before the reset.
      const pauseMs = (waitMs ?? 0) + Math.random() * growing;
      const mayRepeat = !ambiguous || operation.repeatable !== false;
      if (number >= ATTEMPTS || !mayRepeat || Date.now() + pauseMs >= end) {
        alarm('down', `The identity service ${reason} (${operation.name}, attempt ${number}).`);
        throw new AppError(
          'IdentityUnavailable',
          'The identity service cannot be used at the moment. Try again later.',
        );
      }
      await pause(pauseMs);
    }
  };
}

function createAlarm() {
  const lastAt = new Map<string, number>();
  return (kind: string, message: string) => {
    const last = lastAt.get(kind);
    if (last !== undefined && performance.now() - last < ALARM_INTERVAL_MS) return;
    lastAt.set(kind, performance.now());
    log.error(message);
  };
}
