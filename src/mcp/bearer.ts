import {
  OAuthError,
  OAuthErrorCode,
  bearerAuthChallengeResponse,
  verifyBearerToken,
  type AuthInfo,
} from '@modelcontextprotocol/server';
import type { RequestHandler } from 'express';
import { AppError, findErrorKind } from '../errors.js';

/**
 * Whether what is known of a caller's token is still what the API goes by. It does not tell the token: what stands behind the
 * door can ask for another look at it, and no more.
 */
export interface Standing {
  /** The agent's auth epoch that the token was found good for, if the API has told one. */
  epoch(): number | undefined;
  /** Looks the token up again, for this epoch; false where it has ended. */
  renew(epoch: number): Promise<boolean>;
}

export interface FoundToken {
  clientId: string;
  audience: string[];
  expiresAt: number;
  standing: Standing;
}

/**
 * What the identity service knows of a token that came from an address; undefined for one that is unknown, expired or
 * revoked. Throws TooManyRequests for who has brought many of those.
 */
export type FindToken = (token: string, ip: string) => Promise<FoundToken | undefined>;

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
 * the token, as the headers do not any more: nothing behind this line can pass it on.
 */
export function requireToken({ findToken, resource, metadataUrl }: BearerOptions): RequestHandler {
  async function verifyAccessToken(token: string, ip: string): Promise<AuthInfo> {
    const found = await findToken(token, ip);
    if (!found || !AGENT_ID.test(found.clientId)) throw invalidToken('The token is unknown, expired or revoked.');
    if (!found.audience.includes(resource.href)) {
      throw invalidToken(`The token was made for another resource. Ask for one with resource=${resource.href}.`);
    }
    const { clientId, expiresAt, standing } = found;
    return { token: '', clientId, scopes: [], expiresAt, extra: { standing } };
  }

  return async (request, response, next) => {
    const { authorization } = request.headers;
    delete request.headers.authorization;
    const verifier = { verifyAccessToken: (token: string) => verifyAccessToken(token, request.ip ?? '') };
    try {
      request.auth = await verifyBearerToken(authorization, { verifier });
    } catch (error) {
      if (findErrorKind(error)?.name === 'TooManyRequests') throw error;
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
