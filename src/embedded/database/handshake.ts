/**
 * The start of a connection: encryption refused, the password checked, then the database's parameters. It never touches the
 * session, so a client connects at once even while another one holds a transaction open.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  CLIENT,
  ProtocolError,
  authentication,
  backendKeyData,
  errorResponse,
  negotiateProtocolVersion,
} from './protocol.js';
import { parameterStatus, readCString, readyForQuery, type ServerError } from './protocol.js';

const SSL_REQUEST = 80877103;
const GSS_ENCRYPTION_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;
const NO_ENCRYPTION = Buffer.from('N');

export const USER = 'postgres';
export const DATABASE = 'postgres';

export type Startup =
  | { readonly kind: 'encryption' | 'cancel' }
  | { readonly kind: 'refused'; readonly reply: Buffer }
  | { readonly kind: 'session'; readonly parameters: ReadonlyMap<string, string>; readonly reply: Buffer };

/** Understands a startup packet; `reply` is what the client gets before it sends its password. */
export function readStartup(packet: Buffer): Startup & { reply?: Buffer } {
  const code = packet.readInt32BE(4);
  if (code === SSL_REQUEST || code === GSS_ENCRYPTION_REQUEST) return { kind: 'encryption', reply: NO_ENCRYPTION };
  if (code === CANCEL_REQUEST) return { kind: 'cancel' };
  if (code >>> 16 !== 3) {
    const message = `the embedded database speaks protocol version 3, not ${code >>> 16}`;
    return { kind: 'refused', reply: errorResponse({ severity: 'FATAL', code: '0A000', message }) };
  }
  const parameters = readParameters(packet);
  const unknown = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'));
  const negotiate = (code & 0xffff) > 0 || unknown.length > 0 ? [negotiateProtocolVersion(unknown)] : [];
  return { kind: 'session', parameters, reply: Buffer.concat([...negotiate, authentication(3)]) };
}

function readParameters(packet: Buffer): Map<string, string> {
  const parameters = new Map<string, string>();
  let offset = 8;
  while (offset < packet.length && packet[offset] !== 0) {
    const name = readCString(packet, offset);
    const value = readCString(packet, name.next);
    parameters.set(name.text, value.text);
    offset = value.next;
  }
  return parameters;
}

/** What stands against this client, undefined if nothing. The password is looked at first, so that a stranger learns nothing. */
export function refuse(
  parameters: ReadonlyMap<string, string>,
  passwordMessage: Buffer,
  password: string,
): ServerError | undefined {
  const user = parameters.get('user') ?? '';
  const database = parameters.get('database') ?? user;
  if (passwordMessage[0] !== CLIENT.password) throw new ProtocolError('a password was due');
  if (!isSame(readCString(passwordMessage, 5).text, password)) {
    const message = `password authentication failed for user "${user}"`;
    const hint = 'The password changes at each start: read it from database.url in the data directory.';
    return { severity: 'FATAL', code: '28P01', message, hint };
  }
  if (user !== USER) {
    const message = `role "${user}" may not connect: the embedded database has one role, "${USER}"`;
    return { severity: 'FATAL', code: '28000', message };
  }
  if (database !== DATABASE) {
    const message = `database "${database}" does not exist: the embedded database has one, "${DATABASE}"`;
    const hint = 'Use a schema of its own, or a real Postgres (DATABASE_URL).';
    return { severity: 'FATAL', code: '3D000', message, hint };
  }
  return undefined;
}

/** In constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The database's greeting: it is in, how the database is set, who it is to CancelRequest, ready. */
export function welcome(settings: ReadonlyMap<string, string>, processId: number, secret: Buffer): Buffer {
  return Buffer.concat([
    authentication(0),
    ...[...settings].map(([name, value]) => parameterStatus(name, value)),
    backendKeyData(processId, secret),
    readyForQuery('I'),
  ]);
}
