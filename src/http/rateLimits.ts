import { setTimeout as delay } from 'node:timers/promises';
import { countRequest, type Window } from '../db/countRequest.js';
import type { Db } from '../db/database.js';
import { AppError } from '../errors.js';
import type { Log } from '../telemetry.js';
import { addressKey, isLoopback } from './address.js';
import { httpError } from './problem.js';
import { WindowCounter } from './windowCounter.js';

interface Bucket {
  limit: number;
  seconds: number;
  /** Whose requests are counted together. */
  per: 'address' | 'agent';
  /** What happens while nobody can count: `open` lets pass, `closed` is 503. */
  onOutage: 'open' | 'closed';
}

/**
 * The limits that all processes on one database share, each for what costs more than a request usually does. A route names
 * its bucket; RATE_LIMITS changes them. Why open or closed: docs/adr/0016-doors.md.
 */
export const BUCKETS = {
  /** A registration takes the deployment's one identity queue for 250 ms. */
  registration: { limit: 60, seconds: 3_600, per: 'address', onOutage: 'closed' },
  /** The identity service gives a project 125 tokens a minute at its smallest, and an agent needs one an hour. */
  token: { limit: 120, seconds: 60, per: 'address', onOutage: 'closed' },
  /** Tokens that the identity service did not know; counted after it was asked, refused before it is asked again. */
  unknownToken: { limit: 60, seconds: 60, per: 'address', onOutage: 'open' },
  /** Challenges, their answers, and changes of keys that a signature alone vouches for. */
  recovery: { limit: 20, seconds: 60, per: 'address', onOutage: 'closed' },
  signIn: { limit: 30, seconds: 60, per: 'address', onOutage: 'closed' },
  search: { limit: 600, seconds: 60, per: 'agent', onOutage: 'open' },
  /** What anyone may read without a name. */
  publicRead: { limit: 300, seconds: 60, per: 'address', onOutage: 'open' },
  share: { limit: 120, seconds: 60, per: 'agent', onOutage: 'open' },
  /** Of 500 entries each. */
  batch: { limit: 600, seconds: 60, per: 'agent', onOutage: 'open' },
  /** A whole diary, with a proof for each leaf: a second of a core for a thousand. */
  export: { limit: 30, seconds: 60, per: 'agent', onOutage: 'open' },
} as const satisfies Record<string, Bucket>;

export type BucketName = keyof typeof BUCKETS;
/** Other limits by bucket, as RATE_LIMITS gives them; `off` for none. */
export type LimitChanges = Record<string, Pick<Bucket, 'limit' | 'seconds'> | 'off'>;

export interface RateLimitOptions {
  db: Db;
  log: Log;
  changes?: LimitChanges;
  /** Whether this machine's own programs are free of the limits by address: so where one person tries things out. */
  freeLoopback?: boolean;
}

/** Who asks: one of them counts, as the bucket says. */
export interface Caller {
  ip: string;
  agentId?: string | undefined;
}

export interface RateLimits {
  /** Counts a request; gives the headers for its answer, and throws TooManyRequests for one too many. */
  take(name: BucketName, caller: Caller): Promise<Record<string, string>>;
  /** Counts what has gone wrong already; for buckets of failures, which are refused by `refuseBlocked`. */
  fault(name: BucketName, caller: Caller): Promise<void>;
  /** Throws TooManyRequests for who is over the limit as far as this process knows; asks nobody. */
  refuseBlocked(name: BucketName, caller: Caller): void;
}

/** Counting goes on in the background when it takes longer: a request that may pass uncounted does not wait for it. */
const COUNT_MS = 1_000;
const WARN_EVERY_S = 60;

/** Counts in the database. Who is over a limit is remembered here, and costs no statement until the window ends. */
export function createRateLimits({ db, log, changes = {}, freeLoopback = false }: RateLimitOptions): RateLimits {
  const buckets = applyChanges(changes);
  const blocked = new Blocked();
  const warnings = new WindowCounter(WARN_EVERY_S);

  const keyOf = (name: BucketName, { per }: Bucket, { ip, agentId }: Caller): string | undefined => {
    if (per === 'agent') return agentId && `${name}:${agentId}`;
    return freeLoopback && isLoopback(ip) ? undefined : `${name}:${addressKey(ip)}`;
  };

  async function count(key: string, { seconds, onOutage }: Bucket): Promise<Window | undefined> {
    const counting = countRequest(db, key, seconds);
    if (onOutage === 'closed') return counting;
    const late = delay(COUNT_MS, undefined, { ref: false });
    return Promise.race([counting, late]).catch((error: unknown) => {
      const once = warnings.add('outage').count === 1;
      if (once) log.warn('Rate limits cannot be counted, and let pass.', { cause: (error as Error).name });
      return undefined;
    });
  }

  async function take(name: BucketName, caller: Caller): Promise<Record<string, string>> {
    const bucket = buckets[name];
    const key = bucket && keyOf(name, bucket, caller);
    if (!key) return {};
    const window = blocked.find(key) ?? (await count(key, bucket));
    if (!window) return {};
    const headers = describe(name, bucket, window);
    if (window.count <= bucket.limit) return headers;
    blocked.add(key, window);
    throw refusal(name, bucket, window);
  }

  return {
    take,
    async fault(name, caller) {
      await take(name, caller).catch((error: unknown) => {
        if ((error as Error).name !== 'TooManyRequests') throw error;
      });
    },
    refuseBlocked(name, caller) {
      const bucket = buckets[name];
      const key = bucket && keyOf(name, bucket, caller);
      const window = key && blocked.find(key);
      if (window) throw refusal(name, bucket, window);
    },
  };
}

/** Throws Misconfigured for a bucket that is not there. */
function applyChanges(changes: LimitChanges): Partial<Record<BucketName, Bucket>> {
  const buckets: Partial<Record<string, Bucket>> = { ...BUCKETS };
  for (const [name, change] of Object.entries(changes)) {
    const bucket = buckets[name];
    if (!bucket) {
      const names = Object.keys(BUCKETS).join(', ');
      throw new AppError('Misconfigured', `RATE_LIMITS names "${name}", which is none of ${names}.`);
    }
    buckets[name] = change === 'off' ? undefined : { ...bucket, ...change };
  }
  return buckets;
}

/** Keys over their limit, until their windows end; the oldest go first when a flood brings more than fit. */
class Blocked {
  private readonly until = new Map<string, { count: number; endsAt: number }>();
  private static readonly MAX = 10_000;

  add(key: string, { count, secondsLeft }: Window): void {
    if (this.until.has(key)) return;
    const [oldest] = this.until.keys();
    if (oldest !== undefined && this.until.size >= Blocked.MAX) this.until.delete(oldest);
    this.until.set(key, { count, endsAt: performance.now() + secondsLeft * 1000 });
  }

  find(key: string): Window | undefined {
    const found = this.until.get(key);
    if (!found) return undefined;
    const left = found.endsAt - performance.now();
    if (left > 0) return { count: found.count, secondsLeft: Math.ceil(left / 1000) };
    this.until.delete(key);
    return undefined;
  }
}

/** As the IETF's draft of RateLimit header fields (draft-ietf-httpapi-ratelimit-headers-10) has them. */
function describe(name: string, { limit, seconds }: Bucket, { count, secondsLeft }: Window): Record<string, string> {
  return {
    'RateLimit-Policy': `"${name}";q=${limit};w=${seconds}`,
    RateLimit: `"${name}";r=${Math.max(0, limit - count)};t=${secondsLeft}`,
  };
}

function refusal(name: string, bucket: Bucket, window: Window): Error {
  const { limit, seconds, per } = bucket;
  const whose = per === 'agent' ? 'one agent' : 'one address';
  const what = `More than ${limit} of the kind "${name}" from ${whose} in ${seconds} s.`;
  return tooMany(what, window.secondsLeft, describe(name, bucket, window));
}

export function tooMany(what: string, secondsLeft: number, headers: Record<string, string> = {}): Error {
  const message = `${what} Send the same request again in ${secondsLeft} s.`;
  return httpError('TooManyRequests', message, { headers: { ...headers, 'Retry-After': String(secondsLeft) } });
}
