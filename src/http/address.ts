import { isIP, isIPv6 } from 'node:net';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Our own MCP server and this machine's tools come from there. */
export function isLoopback(ip: string): boolean {
  return LOOPBACK.test(ip);
}

/**
 * Whom an address stands for: of IPv6 the /64, since a subscriber has at least so many, and IPv4 as itself however written,
 * also with the port that some proxies add. What is no address (a proxy too many is trusted) all is one and the same.
 */
export function addressKey(ip: string): string {
  const [, mapped = ip] = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(ip) ?? [];
  if (!isIPv6(mapped)) return isIP(mapped) === 0 ? 'unknown' : mapped;
  const [head = '', tail] = (ip.split('%')[0] ?? '').toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${groups.join(':')}::/64`;
}
