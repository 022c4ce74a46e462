import {
  canonicalJson,
  derivePublicKey,
  encodeBase64,
  formatNoteKey,
  signNote,
  type TreeHead,
} from '@moltnet/protocol';

/** The key that signs the log, and the name that the log goes by. */
export interface LogSigner {
  /** Absent: the name that the log has already, or else `defaultOrigin`. */
  origin: string | undefined;
  defaultOrigin: string;
  /** 32 bytes in base64, a secret. */
  privateKey: string;
  publicKey: string;
  /** The key before it, given while the two are exchanged: it vouches for the new one. */
  previousKey: string | undefined;
}

/** The signer, with a name for the log by the API's address, if nothing else names it. */
export function describeLogSigner(
  given: Pick<LogSigner, 'origin' | 'privateKey' | 'previousKey'>,
  audience: string,
): LogSigner {
  return { ...given, defaultOrigin: `${new URL(audience).host}/log`, publicKey: derivePublicKey(given.privateKey) };
}

/**
 * The note by which one key of the log hands over to the next: the last tree that the old one signed, and both keys. The
 * old one signs it too, where its private key is at hand; without, nothing but the operator's word links the two.
 */
export function signKeyChange(
  last: TreeHead,
  from: { origin: string; publicKey: string },
  to: { origin: string; signer: LogSigner },
): string {
  const { privateKey, previousKey, publicKey } = to.signer;
  const keys = [from, { origin: to.origin, publicKey }].map((key) =>
    formatNoteKey({ name: key.origin, publicKey: key.publicKey }),
  );
  const text = canonicalJson(['moltnet:log-key:v1', last.size, encodeBase64(last.root), ...keys]);
  const vouches = previousKey !== undefined && derivePublicKey(previousKey) === from.publicKey;
  return signNote(`${text}\n`, [
    ...(vouches ? [{ name: from.origin, privateKey: previousKey }] : []),
    { name: to.origin, privateKey },
  ]);
}
