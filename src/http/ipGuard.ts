import type { RequestHandler } from 'express';
import { addressKey, isLoopback } from './address.js';
import { tooMany } from './rateLimits.js';
import { WindowCounter } from './windowCounter.js';

const WINDOW_S = 10;

/**
 * A coarse guard before any work is done: so many requests per address in ten seconds, counted in memory, by each process
 * for itself. Fair limits per agent come after authentication. Loopback is free: there sit our own MCP server and tools.
 */
export function ipGuard(maxPerSecond: number): RequestHandler {
  const counter = new WindowCounter(WINDOW_S);
  return (request, _response, next) => {
    const ip = request.ip ?? '';
    if (isLoopback(ip)) return next();
    const { count, secondsLeft } = counter.add(addressKey(ip));
    if (count <= maxPerSecond * WINDOW_S) return next();
    next(tooMany(`More than ${maxPerSecond} requests a second from one address.`, secondsLeft));
  };
}
