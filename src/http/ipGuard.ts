import type { RequestHandler } from 'express';
import { httpError } from './problem.js';

const WINDOW_MS = 10_000;
/** A flood from more addresses than this is not ours to count: memory stays bounded and the guard lets pass. */
const MAX_ADDRESSES = 50_000;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/**
 * A coarse guard before any work is done: so many requests per address in ten seconds, counted in memory, by each process
 * for itself. Fair limits per agent come after authentication. Loopback is free: there sit our own MCP server and tools.
 */
export function ipGuard(maxPerSecond: number): RequestHandler {
  const limit = maxPerSecond * (WINDOW_MS / 1000);
  let counts = new Map<string, number>();
  let windowEnds = 0;
  return (request, _response, next) => {
    const now = Date.now();
    if (now >= windowEnds) {
      counts = new Map();
      windowEnds = now + WINDOW_MS;
    }
    const ip = request.ip ?? '';
    const count = (counts.get(ip) ?? 0) + 1;
    if (counts.has(ip) || counts.size < MAX_ADDRESSES) counts.set(ip, count);
    if (count <= limit || LOOPBACK.test(ip)) return next();
    const seconds = Math.ceil((windowEnds - now) / 1000);
    next(
      httpError('TooManyRequests', `More than ${maxPerSecond} requests a second from one address.`, {
        headers: { 'Retry-After': String(seconds) },
      }),
    );
  };
}
