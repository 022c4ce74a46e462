import { createCalls, type Calls } from './calls.js';
import { randomHex } from './request.js';
import { createTransport, type TransportOptions } from './transport.js';
import type { CallOptions } from './types.js';

/** What a proof is bound to: the API as it names itself, a fresh nonce, and now. */
export interface Binding {
  audience: string;
  nonce: string;
  issuedAt: string;
}

/** The API without credentials, and a binding to it; one request to learn its name. */
export async function bindTo(
  transport: TransportOptions,
  options: CallOptions,
): Promise<{ call: Calls['call']; binding: Binding }> {
  const { call } = createCalls(createTransport(transport));
  return { call, binding: await makeBinding(call, options) };
}

export async function makeBinding(call: Calls['call'], options: CallOptions): Promise<Binding> {
  const { issuer: audience } = await call('getAuthorizationServerMetadata', {}, options);
  return { audience, nonce: randomHex(), issuedAt: new Date().toISOString() };
}
