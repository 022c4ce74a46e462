/** Verifying a bundle in tests, and altering one. */
import * as protocol from '@moltnet/protocol';
import type { BundleLine, BundleReport, VerifyOptions } from '@moltnet/protocol';
import { bundleText, type Diary, type World } from './bundleWorld.js';

export const pinned = (world: World): VerifyOptions => ({ trustedKeys: [protocol.parseNoteKey(world.logKey)] });

export function verify(bundle: readonly BundleLine[] | string, options?: VerifyOptions): BundleReport {
  const text = typeof bundle === 'string' ? bundle : bundleText(bundle);
  return protocol.verifyBundle(Buffer.from(text), options);
}

/** The first finding, as `line check`, and what it says. */
export function first({ verdict, findings }: BundleReport): string {
  const [finding] = findings;
  return finding ? `${verdict}: line ${finding.line} ${finding.check}: ${finding.message}` : verdict;
}

export const at = (bundle: readonly BundleLine[], name: string, nth = 0): number =>
  bundle.map((line, i) => [line.line, i] as const).filter(([line]) => line === name)[nth]![1];

export function change<T extends BundleLine>(
  bundle: readonly BundleLine[],
  i: number,
  alter: (line: T) => BundleLine,
): BundleLine[] {
  return bundle.map((line, n) => (n === i ? alter(line as T) : line));
}

export function diaryOf(world: World): Diary {
  return world.diary('diary');
}
