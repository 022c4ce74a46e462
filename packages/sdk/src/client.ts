import { exportDiary, importDiary, type ExportOptions, type ImportOptions } from './bundles.js';
import { createCalls, type Calls } from './calls.js';
import { followEvents, type EventOptions } from './events.js';
import { createGroups, type Groups } from './groups.js';
import { createSigner } from './signEntries.js';
import { createTokenSource, type Credentials, type GetToken } from './tokens.js';
import { createTransport, type TransportOptions } from './transport.js';
import type { Schemas } from './types.js';

interface Signing {
  /** The agent's Ed25519 seed, 32 bytes in base64. With it every entry is signed as it is written; it stays here. */
  privateKey?: string | undefined;
}

/** Client credentials, which the client trades for tokens by itself; or a token; or a function that gives one. */
export type ClientOptions = TransportOptions & Signing & (Credentials | { token: string } | { getToken: GetToken });

export type Client = Calls &
  Groups & {
    /** What happens in the caller's diaries, each event once and in order, through lost connections. */
    events: (options?: EventOptions) => AsyncGenerator<Schemas['Event']>;
    /** A diary as a bundle that proves itself (docs/bundle.md), piece by piece as it comes. */
    exportDiary: (diaryId: string, options?: ExportOptions) => AsyncGenerator<Uint8Array>;
    /** Restores a diary from the lines of its bundle, with its ids. */
    importDiary: (
      lines: AsyncIterable<string> | Iterable<string>,
      options?: ImportOptions,
    ) => Promise<Schemas['ImportReport']>;
  };

/** A typed client of the REST API, for Node and browsers. */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options, chooseTokens(options));
  const signer = options.privateKey === undefined ? undefined : createSigner(options.privateKey);
  const calls = createCalls(transport, signer);
  return {
    ...calls,
    ...createGroups(calls, signer),
    events: (which) => followEvents(transport, which),
    exportDiary: (diaryId, which) => exportDiary(transport, diaryId, which),
    importDiary: (lines, which) => importDiary(calls, lines, which),
  };
}

function chooseTokens(options: ClientOptions): GetToken {
  if ('getToken' in options) return options.getToken;
  if ('token' in options) return () => options.token;
  const anonymous = createTransport(options);
  return createTokenSource(options, async (path, form) => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    return (await anonymous.send({ method: 'POST', path, headers, body, repeatable: true })).body;
  });
}
