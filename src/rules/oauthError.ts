import { AppError, findErrorKind } from '../errors.js';
import type { OAuthErrorCode } from '../ports/identity.js';

/** A refusal in OAuth2's vocabulary, for the endpoints whose error bodies RFC 6749 prescribes. */
export function oauthError(code: OAuthErrorCode, description: string): AppError & { oauthCode: OAuthErrorCode } {
  const name = code === 'invalid_client' ? 'Unauthenticated' : 'InvalidInput';
  return Object.assign(new AppError(name, description), { oauthCode: code });
}

export interface OAuthAnswer {
  status: number;
  body: { error: OAuthErrorCode | 'temporarily_unavailable' | 'server_error'; error_description: string };
  headers?: Record<string, string>;
}

/** RFC 6749 5.2 for every failure: a request that cannot be read is invalid_request, an outage temporarily_unavailable. */
export function renderOAuthError(error: unknown): OAuthAnswer {
  const { oauthCode, message } = error as Partial<ReturnType<typeof oauthError>>;
  const answer = (status: number, code: OAuthAnswer['body']['error'], description = message ?? '') => ({
    status,
    body: { error: code, error_description: description },
  });
  if (oauthCode === 'invalid_client') {
    return { ...answer(401, oauthCode), headers: { 'WWW-Authenticate': 'Basic realm="moltnet"' } };
  }
  if (oauthCode !== undefined) return answer(400, oauthCode);
  const status = findErrorKind(error)?.status ?? 500;
  if (status === 429) return answer(429, 'temporarily_unavailable');
  if (status === 413) return answer(413, 'invalid_request');
  if (status < 500) return answer(400, 'invalid_request');
  if (status === 503) return answer(503, 'temporarily_unavailable', 'Try again in a few seconds');
  return answer(500, 'server_error', 'Something failed that should not have');
}
