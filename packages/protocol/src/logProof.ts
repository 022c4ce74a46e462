import { parseCheckpoint, type Checkpoint } from './checkpoint.js';
import { decodeAnyBase64, decodeBase64, encodeBase64 } from './encoding.js';
import { InvalidInput } from './invalidInput.js';
import { assertIndex } from './merkle.js';
import type { Note } from './note.js';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';

/** One leaf's place in a signed tree, as c2sp.org/tlog-proof has it. Nothing vouches for `extra`. */
export interface LogProof {
  extra?: Uint8Array;
  index: number;
  path: readonly Uint8Array[];
  /** The checkpoint as the log published it, with its signatures. */
  checkpoint: string;
}

export function formatLogProof({ extra, index, path, checkpoint }: LogProof): string {
  assertIndex(index, parseCheckpoint(checkpoint).size);
  const lines = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${encodeBase64(extra)}`]),
    `index ${index}`,
    ...path.map((hash) => encodeBase64(hash)),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Throws InvalidInput for another format. Verify the checkpoint's note, then the leaf (verifyInclusion). */
export function parseLogProof(text: string): LogProof & { head: Checkpoint & { note: Note } } {
  const end = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(0, end)).split('\n');
  if (first !== FIRST_LINE) throw new InvalidInput('proof', `must begin with ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith('extra ')
    ? decodeAnyBase64(lines.shift()!.slice('extra '.length), 'extra')
    : undefined;
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined) throw new InvalidInput('proof', 'must say the index of the leaf');
  const checkpoint = text.slice(end + 2);
  const head = parseCheckpoint(checkpoint);
  assertIndex(Number(index), head.size);
  const path = lines.map((line) => decodeBase64(line, 'proof', 32));
  return { ...(extra !== undefined && { extra }), index: Number(index), path, checkpoint, head };
}
