import axios from 'axios';
import type { AxiosInstance } from 'axios' with { 'resolution-mode': 'require' };

export type { AxiosInstance, AxiosResponse, RawAxiosRequestConfig } from 'axios' with { 'resolution-mode': 'require' };

/** Bodies of the operations in use are a few KB; more is not an answer to our question. */
const MAX_BODY_BYTES = 1_000_000;

/**
 * The HTTP client beneath @ory/client. Redirects are not followed: the key in the headers would go along to wherever they
 * point. The cast: @ory/client is CommonJS and names axios' types for that, which differ from those of the module by name only.
 */
export function createAxios(): AxiosInstance {
  return axios.create({
    maxRedirects: 0,
    maxContentLength: MAX_BODY_BYTES,
    validateStatus: () => true,
  }) as unknown as AxiosInstance;
}

/** Why a request had no response. Never more than the code: the error holds the request, with keys and secrets in it. */
export function failureCode(error: unknown): string {
  if (axios.isCancel(error)) return 'timed out';
  return (error as { code?: string }).code ?? 'unknown';
}
