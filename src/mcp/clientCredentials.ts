import { createHmac, randomBytes } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { AppError } from '../errors.js';

/** What the identity service answers to credentials: a token for this server, or that it refuses them. */
export type IssueToken = (
  clientId: string,
  clientSecret: string,
) => Promise<{ accessToken: string; expiresIn: number } | { refused: string }>;

export interface TradeLimits {
  /** Throws TooManyRequests for a client and an address that were refused too often. */
  check(clientId: string, ip: string): void;
  count(clientId: string, ip: string): void;
}

const NAME = /^x-client-(id|secret)$/i;
/** RFC 6749 A.1 and A.2; as the token endpoint has it. */
const VSCHAR = /^[\x21-\x7e]{1,255}$/;
/** A trade is not remembered longer, so that a secret that has ended is soon asked about again. */
const MAX_TTL_S = 300;
/** A token this close to its end is not handed on any more. */
const MARGIN_S = 30;
const MAX_KEPT = 10_000;

/** Takes the credentials out of the headers, so that nothing behind sees them, whatever becomes of them. */
function takeCredentials(request: Request): { clientId: string; clientSecret: string } | undefined {
  const { 'x-client-id': clientId, 'x-client-secret': clientSecret } = request.headers;
  delete request.headers['x-client-id'];
  delete request.headers['x-client-secret'];
  request.rawHeaders = request.rawHeaders.filter((_, at, all) => !NAME.test(all[at - (at % 2)] ?? ''));
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string') return undefined;
  return VSCHAR.test(clientId) && VSCHAR.test(clientSecret) ? { clientId, clientSecret } : undefined;
}

/** Without the proxy the credentials are taken out all the same: a client may send them, and nobody should get them. */
export const dropCredentials: RequestHandler = (request, _response, next) => {
  takeCredentials(request);
  next();
};

/**
 * For clients that can send fixed headers only: trades credentials for a token of this server and goes on as if that had
 * come. An Authorization header goes first. Credentials travel over TLS, or not beyond this machine, and never from a
 * page. Refused ones are left without a token, so that the answer is the usual challenge.
 */
export function tradeCredentials(tokens: TradedTokens, isGood: (token: string, ip: string) => Promise<boolean>) {
  const trade: RequestHandler = async (request, _response, next) => {
    const credentials = takeCredentials(request);
    if (!credentials || request.headers.authorization !== undefined) return next();
    if (request.headers.origin !== undefined)
      throw new AppError('Forbidden', 'A page may not send client credentials.');
    if (!isPrivate(request)) {
      throw new AppError('Forbidden', 'Send client credentials over TLS only; these were seen by whoever listened.');
    }
    const ip = request.ip ?? '';
    let token = await tokens.find(credentials, ip);
    if (token !== undefined && !(await isGood(token, ip))) {
      tokens.forget(credentials);
      token = await tokens.find(credentials, ip);
    }
    if (token !== undefined) request.headers.authorization = `Bearer ${token}`;
    next();
  };
  return trade;
}

/** TLS up to here or to a proxy that is trusted; or from this machine itself, which no proxy has passed on. */
function isPrivate(request: Request): boolean {
  if (request.secure) return true;
  const { 'x-forwarded-for': passedOn, forwarded, via } = request.headers;
  const direct = passedOn === undefined && forwarded === undefined && via === undefined;
  return direct && /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '');
}

interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** Tokens by the credentials that they were traded for, under an HMAC by a key of this boot; one trade at a time each. */
export class TradedTokens {
  private readonly key = randomBytes(32);
  private readonly kept = new Map<string, { token: string; until: number }>();
  private readonly trading = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly issue: IssueToken,
    private readonly limits: TradeLimits,
  ) {}

  /** Undefined for credentials that the identity service refuses; throws what is not the caller's fault, and keeps neither. */
  async find(credentials: Credentials, ip: string): Promise<string | undefined> {
    const id = this.idOf(credentials);
    const kept = this.kept.get(id);
    if (kept && kept.until > performance.now()) return kept.token;
    this.limits.check(credentials.clientId, ip);
    const already = this.trading.get(id);
    if (already) return already;
    const trading = this.trade(id, credentials, ip).finally(() => this.trading.delete(id));
    this.trading.set(id, trading);
    return trading;
  }

  forget(credentials: Credentials): void {
    this.kept.delete(this.idOf(credentials));
  }

  private async trade(id: string, { clientId, clientSecret }: Credentials, ip: string): Promise<string | undefined> {
    const issued = await this.issue(clientId, clientSecret);
    if ('refused' in issued) {
      this.limits.count(clientId, ip);
      return undefined;
    }
    const seconds = Math.min(issued.expiresIn - MARGIN_S, MAX_TTL_S);
    const [oldest] = this.kept.keys();
    if (oldest !== undefined && this.kept.size >= MAX_KEPT) this.kept.delete(oldest);
    this.kept.delete(id);
    if (seconds > 0) this.kept.set(id, { token: issued.accessToken, until: performance.now() + seconds * 1000 });
    return issued.accessToken;
  }

  private idOf({ clientId, clientSecret }: Credentials): string {
    return createHmac('sha256', this.key).update(`${clientId}\0${clientSecret}`).digest('base64');
  }
}
