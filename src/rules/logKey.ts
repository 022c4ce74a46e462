import { derivePublicKey, logKeyChangeText, parseNote, signNote, type TreeHead } from '@moltnet/protocol';

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
  const text = logKeyChangeText({
    last,
    from: { name: from.origin, publicKey: from.publicKey },
    to: { name: to.origin, publicKey },
  });
  const vouches = previousKey !== undefined && derivePublicKey(previousKey) === from.publicKey;
  return signNote(text, [
    ...(vouches ? [{ name: from.origin, privateKey: previousKey }] : []),
    { name: to.origin, privateKey },
  ]);
}

/** Whether both keys have signed a change of this log's: without the old one's signature it tells a reader nothing. */
export function isVouchedFor(changeNote: string): boolean {
  return parseNote(changeNote).signatures.length === 2;
}
