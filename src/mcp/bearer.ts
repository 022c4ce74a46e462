import {
  OAuthError,
  OAuthErrorCode,
  bearerAuthChallengeResponse,
  verifyBearerToken,
  type AuthInfo,
} from '@modelcontextprotocol/server';
import type { RequestHandler } from 'express';
import { AppError } from '../errors.js';

/** What the identity service knows of a token; undefined for one that is unknown, expired or revoked. */
export type FindToken = (
  token: string,
) => Promise<{ clientId: string; audience: string[]; expiresAt: number } | undefined>;

export interface BearerOptions {
  findToken: FindToken;
  /** This server, as its tokens name it. */
  resource: URL;
  /** Where a client learns how to get a token (RFC 9728). */
  metadataUrl: string;
}

/** Agents' client ids are their agent ids; a token of another client at the identity service is no agent's. */
const AGENT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Lets the bearer of a token pass that was made for this server, as `request.auth`, which names the agent and does not hold
 * the token: nothing behind this line can pass it on.
 */
export function requireToken({ findToken, resource, metadataUrl }: BearerOptions): RequestHandler {
  const verifyAccessToken = async (token: string): Promise<AuthInfo> => {
    const found = await findToken(token);
    if (!found || !AGENT_ID.test(found.clientId)) throw invalidToken('The token is unknown, expired or revoked.');
    if (!found.audience.includes(resource.href)) {
      throw invalidToken(`The token was made for another resource. Ask for one with resource=${resource.href}.`);
    }
    return { token: '', clientId: found.clientId, scopes: [], expiresAt: found.expiresAt };
  };

  return async (request, response, next) => {
    try {
      request.auth = await verifyBearerToken(request.headers.authorization, { verifier: { verifyAccessToken } });
    } catch (error) {
      if (!isRefusal(error)) {
        throw new AppError('IdentityUnavailable', 'The identity server does not answer.', { cause: error });
      }
      const challenge = bearerAuthChallengeResponse(error, { resourceMetadataUrl: metadataUrl });
      response.status(challenge.status).set(Object.fromEntries(challenge.headers));
      return void response.send(await challenge.text());
    }
    next();
  };
}

function invalidToken(message: string): OAuthError {
  return new OAuthError(OAuthErrorCode.InvalidToken, message);
}

function isRefusal(error: unknown): boolean {
  return (error as { code?: unknown }).code === OAuthErrorCode.InvalidToken;
}
