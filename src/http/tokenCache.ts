import { createHmac, randomBytes } from 'node:crypto';
import type { ActiveToken } from '../ports/identity.js';

/** So long a revocation made at the identity service itself, and not here, may go unnoticed. */
const TTL_MS = 60_000;
/** An unknown token may be one that is not known everywhere yet; a client in a loop must not ask for each request. */
const NEGATIVE_TTL_MS = 5_000;
/** Kept apart, so that a flood of invented tokens does not push out the real ones. */
const MAX_ACTIVE = 10_000;
const MAX_INACTIVE = 1_000;

/** What the identity service said about a token, and when, by the database's clock, it was asked. */
export interface KnownToken {
  token: ActiveToken | undefined;
  askedAt: Date;
  /** The agent's auth epoch that the answer was found good for; set by who has compared them. */
  authEpoch?: number;
}

type Entry = { known: KnownToken; until: number };

/**
 * Introspections, kept for a minute at most and asked for once at a time. Tokens are held as an HMAC by a key of this
 * boot: a heap dump has none. Failures are shared by those who wait for them and never kept.
 */
export class TokenCache {
  private readonly key = randomBytes(32);
  private readonly active = new Map<string, Entry>();
  private readonly inactive = new Map<string, Entry>();
  private readonly asking = new Map<string, Promise<KnownToken>>();

  private readonly renewing = new Map<string, Promise<KnownToken>>();

  constructor(private readonly ask: (token: string) => Promise<KnownToken>) {}

  /** Whether `find` will ask nobody. */
  has(token: string): boolean {
    return this.kept(this.idOf(token)) !== undefined;
  }

  async find(token: string): Promise<KnownToken> {
    const id = this.idOf(token);
    const kept = this.kept(id);
    if (kept) return kept;
    const already = this.asking.get(id);
    if (already) return already;
    const asking = this.ask(token);
    this.asking.set(id, asking);
    try {
      const known = await asking;
      // Whoever has forgotten the token meanwhile wants a later answer than this one.
      if (this.asking.get(id) === asking) this.keepAnswer(id, known);
      return known;
    } finally {
      if (this.asking.get(id) === asking) this.asking.delete(id);
    }
  }

  private kept(id: string): KnownToken | undefined {
    const entry = this.active.get(id) ?? this.inactive.get(id);
    return entry && entry.until > Date.now() ? entry.known : undefined;
  }

  /**
   * What an answer says that was asked for when the agent's epoch was this already, and thus knows what ended before. All who
   * need it share one question, also one that is on its way.
   */
  async renew(token: string, epoch: number): Promise<KnownToken> {
    const id = this.idOf(token);
    const kept = this.kept(id);
    if (kept?.authEpoch === epoch) return kept;
    const key = `${epoch} ${id}`;
    const already = this.renewing.get(key);
    if (already) return already;
    this.forget(id);
    const renewing = this.find(token)
      .then((known) => Object.assign(known, { authEpoch: epoch }))
      .finally(() => this.renewing.delete(key));
    this.renewing.set(key, renewing);
    return renewing;
  }

  /** The next `find` asks, also while an answer to an earlier question is on its way. */
  private forget(id: string): void {
    this.asking.delete(id);
    this.active.delete(id);
    this.inactive.delete(id);
  }

  private idOf(token: string): string {
    return createHmac('sha256', this.key).update(token).digest('base64');
  }

  private keepAnswer(id: string, known: KnownToken): void {
    this.active.delete(id);
    this.inactive.delete(id);
    const now = Date.now();
    if (known.token)
      keep(this.active, id, { known, until: Math.min(now + TTL_MS, known.token.expiresAt * 1000) }, MAX_ACTIVE);
    else keep(this.inactive, id, { known, until: now + NEGATIVE_TTL_MS }, MAX_INACTIVE);
  }
}

/** The one kept longest goes first; it expires first too, within the difference between two tokens' ends. */
function keep(map: Map<string, Entry>, id: string, entry: Entry, max: number): void {
  if (map.size >= max) {
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }
  map.set(id, entry);
}
