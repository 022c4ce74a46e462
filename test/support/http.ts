import { connect } from 'node:net';
import { createApp, type AppOptions } from '../../src/http/app.js';
import { listen, type Patience } from '../../src/http/listen.js';
import type { Principal } from '../../src/http/principal.js';
import { AppError } from '../../src/errors.js';

const AGENT: Principal = {
  agentId: '6f1f5c1e-9d0b-4a1a-8f3e-2f6d7c1b0a01',
  keyId: 'ab'.repeat(32),
  signingKeyId: 'ab'.repeat(32),
  fingerprint: 'ABAB-ABAB-ABAB-ABAB',
  role: 'agent',
  clientId: 'client-1',
};

/** The real authentication has its own tests; here the token says who it is. */
async function authenticateByWord(request: { headers: { authorization?: string | undefined } }): Promise<Principal> {
  const word = request.headers.authorization?.replace(/^Bearer /, '');
  if (word === 'agent') return AGENT;
  if (word === 'operator') return { ...AGENT, role: 'operator' };
  throw new AppError('Unauthenticated', 'The token is missing or not known.');
}

export interface LogLine {
  level: string;
  message: string;
  details: Record<string, unknown>;
}

export function recordingLog(lines: LogLine[]) {
  const at = (level: string) => (message: unknown, details: Record<string, unknown>) => {
    lines.push({ level, message: String(message), details });
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') } as unknown as AppOptions['log'];
}

/** An app on a port of its own, with its log kept. */
export async function serve(routes: AppOptions['routes'], options: Partial<AppOptions> = {}, patience?: Patience) {
  const lines: LogLine[] = [];
  const app = createApp({
    routes,
    authenticate: authenticateByWord,
    log: recordingLog(lines),
    checkResponses: true,
    ...options,
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 }, patience);
  return { ...listening, lines, stop: () => listening.close(0) };
}

/** Sends bytes as they are and resolves with all that comes back until the server closes. */
export function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
