import { oauthError } from './oauthError.js';

/** What the body parser makes of a form: a parameter that occurs twice is an array. */
export type Form = Record<string, string | string[] | undefined>;

export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post';
export type ClientCredentials = { clientId: string; clientSecret: string; method: ClientAuthMethod };

/** RFC 6749 A.1 and A.2: visible ASCII and the space. NUL and line breaks have no business in a query or a header. */
const VSCHAR = /^[\x20-\x7e]{1,255}$/;

/** RFC 6749 3.2: no parameter may occur twice; `repeatable` names the exceptions (RFC 8707 allows several `resource`). */
export function refuseDuplicates(form: Form, repeatable: string[] = []): void {
  const twice = Object.keys(form).find((key) => Array.isArray(form[key]) && !repeatable.includes(key));
  if (twice !== undefined) throw oauthError('invalid_request', 'A parameter occurs more than once');
}

/**
 * The client's id and secret, by RFC 6749 2.3.1: from the Authorization header, where both are form-encoded before they
 * are put into Basic, or from the form, but not from both. Throws an OAuth2 error.
 */
export function readClientCredentials(authorization: string | undefined, form: Form): ClientCredentials {
  if (authorization === undefined) return checked(form['client_id'], form['client_secret'], 'client_secret_post');
  if (form['client_secret'] !== undefined) {
    throw oauthError('invalid_request', 'Send the client secret in one place only');
  }
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1] ?? '';
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon === -1) {
    throw oauthError('invalid_client', 'Expected Authorization: Basic with base64(client_id:client_secret)');
  }
  const clientId = formDecode(pair.slice(0, colon));
  if (form['client_id'] !== undefined && form['client_id'] !== clientId) {
    throw oauthError('invalid_request', 'client_id differs from the one in the Authorization header');
  }
  return checked(clientId, formDecode(pair.slice(colon + 1)), 'client_secret_basic');
}

function checked(clientId: unknown, clientSecret: unknown, method: ClientAuthMethod): ClientCredentials {
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string') {
    throw oauthError('invalid_client', 'Send client_id and client_secret, in the form or by HTTP Basic');
  }
  if (!VSCHAR.test(clientId) || !VSCHAR.test(clientSecret)) {
    throw oauthError('invalid_client', 'Client authentication failed');
  }
  return { clientId, clientSecret, method };
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
