import {
  bodyCommitment,
  contentHash,
  encodeBase64,
  entriesSigningInput,
  entriesTree,
  entrySigningInput,
  messageSigningInput,
  sha256Hex,
  sign,
} from '@moltnet/protocol';
import type { Calls } from './calls.js';
import { MoltnetError } from './error.js';
import { randomHex } from './request.js';
import type { Signer } from './signEntries.js';
import type { CallOptions, Input, Schemas } from './types.js';

type Entry = Schemas['Entry'];
type SigningRequest = Schemas['SigningRequest'];

/** Signing requests; with the private key also their answers, which are made of what is read and never of what is asked. */
export function signingGroup({ call, pages }: Calls, signer?: Signer) {
  const open = (request: Schemas['NewSigningRequest'], options?: CallOptions) =>
    call('createSigningRequest', { body: request }, options);
  const answer = (requestId: string, signature: string, options?: CallOptions) =>
    call('answerSigningRequest', { path: { requestId }, body: { signature } }, options);

  async function answerWith(request: SigningRequest, input: string, options?: CallOptions): Promise<SigningRequest> {
    if (request.state === 'signed') return request;
    if (request.signingInput !== encodeBase64(new TextEncoder().encode(input))) {
      const message = `The signing request ${request.id} asks for another signature than it should: nothing was signed.`;
      throw new MoltnetError('UnexpectedAnswer', message);
    }
    return answer(request.id, sign(keyOf(signer).privateKey, input), options);
  }

  return {
    open,
    answer,
    get: (requestId: string, options?: CallOptions) => call('getSigningRequest', { path: { requestId } }, options),
    list: (query: Input<'listSigningRequests'>['query'] = {}, options?: CallOptions) =>
      call('listSigningRequests', { query }, options),
    all: (options?: CallOptions) => pages('listSigningRequests', {}, options),
    verify: (signature: Schemas['SignatureToVerify'], options?: CallOptions) =>
      call('verifySignature', { body: signature }, options),
    /** Signs entries that were written without a signature: up to 500 by one. Throws where one does not hash to what it says. */
    signEntries: async (entryIds: string[], options?: CallOptions) => {
      keyOf(signer);
      const hashes: string[] = [];
      for (const entryId of entryIds) hashes.push(hashOf(await call('getEntry', { path: { entryId } }, options)));
      return answerWith(await open({ entryIds }, options), inputOver(hashes), options);
    },
    /** Signs a text. The nonce is the request's: it is part of what is signed. */
    signMessage: async (message: string, options?: CallOptions) => {
      keyOf(signer);
      const request = await open({ message }, { idempotencyKey: randomHex(), ...options });
      const nonce = readNonce(request, message);
      return { ...(await answerWith(request, messageSigningInput({ nonce, message }), options)), nonce };
    },
  };
}

function keyOf(signer: Signer | undefined): Signer {
  if (signer) return signer;
  throw new MoltnetError('InvalidInput', 'Give the client the privateKey: without it nothing is signed here.');
}

const inputOver = (hashes: string[]): string =>
  hashes.length === 1 ? entrySigningInput(hashes[0] ?? '') : entriesSigningInput(entriesTree(hashes).root);

/** Computed from what the entry says, so that nobody is made to sign what they have not read. */
function hashOf(entry: Entry): string {
  const { id, diaryId, author, type, importance, revisedAt } = entry;
  const header = { entryId: id, diaryId, authorKeyId: author.keyId, createdAt: revisedAt, type, importance };
  const hash = contentHash({ ...header, bodyCommitment: bodyCommitment(entry) });
  if (hash === entry.contentHash) return hash;
  throw new MoltnetError(
    'UnexpectedAnswer',
    `The entry ${id} does not hash to what it says it does: it is not signed.`,
  );
}

/** `moltnet:message:v1`, the nonce and the hash of the message, in three lines. */
function readNonce({ signingInput, id }: SigningRequest, message: string): string {
  const [kind, nonce = '', hash] = atob(signingInput).split('\n');
  if (kind === 'moltnet:message:v1' && hash === sha256Hex(message)) return nonce;
  throw new MoltnetError(
    'UnexpectedAnswer',
    `The signing request ${id} is not about this message: nothing was signed.`,
  );
}
