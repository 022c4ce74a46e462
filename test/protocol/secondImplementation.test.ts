import * as nodeBuild from '@moltnet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import * as arbitrary from './arbitraries.js';
import { bundleText, eventfulWorld } from './bundleWorld.js';
import { loadBrowserBuild } from './browserBuild.js';
import { perform, type Implementation, type Operation } from './operations.js';
import { isPythonInstalled, startPythonPeer, type Peer } from './pythonPeer.js';
import { skipBecause } from '../support/skip.js';

/** Any tags at all, the odd one wrong. */
const wildTags = fc.array(fc.oneof({ weight: 4, arbitrary: arbitrary.tag }, arbitrary.units), { maxLength: 22 });

/** A record of which at most one field is replaced, so that implementations cannot differ in what they look at first. */
function spoiled<T extends object>(record: fc.Arbitrary<T>): fc.Arbitrary<object> {
  return fc
    .record({ record, pick: fc.nat(), wrong: fc.option(arbitrary.value) })
    .map(({ record: good, pick, wrong }) => {
      const fields = Object.keys(good);
      return wrong === null ? good : { ...good, [fields[pick % fields.length]!]: wrong };
    });
}

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const base64Seed = seed.map((bytes) => Buffer.from(bytes).toString('base64'));

/** Bytes of which about half are a y of the curve, and nearly all of those points have a part of small order. */
const anyKey = seed.map((bytes) => `ed25519:${Buffer.from(bytes).toString('base64')}`);

/** A good signature with at most one bit of key, text or signature turned over. */
const claim = fc
  .record({ privateKey: base64Seed, text: arbitrary.text, bit: fc.option(fc.nat(64 * 8 - 1)), wrongText: fc.boolean() })
  .map(({ privateKey, text, bit, wrongText }) => {
    const signature = Buffer.from(nodeBuild.sign(privateKey, text), 'base64');
    if (bit !== null) signature[bit >> 3]! ^= 1 << (bit & 7);
    const publicKey = nodeBuild.derivePublicKey(privateKey);
    return { publicKey, text: wrongText ? `${text}.` : text, signature: signature.toString('base64') };
  });

/** A tree with a proof that one leaf is in it, or that a shorter tree begins it, and in half the cases one field is another. */
const treeClaim = fc
  .record({ size: fc.integer({ min: 1, max: 70 }), at: fc.nat(), wrong: fc.nat(9), other: fc.nat(80) })
  .map(({ size, at, wrong, other }) => {
    const leaves = Array.from({ length: size }, (_, i) => nodeBuild.leafHash(String(i)));
    const levels = nodeBuild.buildLevels(leaves);
    return { levels, leaves, size, index: at % size, wrong, other };
  });
const hex = (hash: Uint8Array): string => nodeBuild.encodeHex(hash);
const inclusionClaim = treeClaim.map(({ levels, leaves, size, index, wrong, other }) => {
  const path = nodeBuild.inclusionProof(levels, index).map(hex);
  const claim = { leaf: hex(leaves[index]!), index, size, path, root: hex(nodeBuild.merkleRoot(levels)) };
  const changes = [{ index: other }, { size: other }, { path: path.slice(1) }, { path: [...path, claim.root] }];
  return { ...claim, ...changes[wrong] };
});
const consistencyClaim = treeClaim.map(({ levels, leaves, size, index, wrong, other }) => {
  const path = nodeBuild.consistencyProof(levels, index).map(hex);
  const older = { size: index, root: hex(nodeBuild.merkleRoot(nodeBuild.buildLevels(leaves.slice(0, index)))) };
  const newer = { size, root: hex(nodeBuild.merkleRoot(levels)) };
  const changes = [
    { older: { ...older, size: other } },
    { newer: { ...newer, size: other } },
    { older: newer },
    { path: path.slice(1) },
    { path: [...path, newer.root] },
  ];
  return { older, newer, path, ...changes[wrong] };
});

const { bundle: eventfulLines, world } = eventfulWorld();
const eventful = bundleText(eventfulLines);

/** A bundle with one thing done to it: a line that is left out, doubled or moved, an exchanged character, an end. */
const spoiledBundle = fc
  .record({ kind: fc.constantFrom('omit', 'double', 'move', 'digit', 'exchange', 'cut'), a: fc.nat(), b: fc.nat() })
  .map(({ kind, a, b }) => ({
    bundle: Buffer.from(spoil(eventful, kind, a, b)).toString('base64'),
    trustedKeys: a % 2 === 0 ? [] : [world.logKey],
  }));

function spoil(bundle: string, kind: string, a: number, b: number): string {
  const lines = bundle.trimEnd().split('\n');
  const from = a % lines.length;
  const to = b % lines.length;
  const at = a % bundle.length;
  if (kind === 'cut') return bundle.slice(0, at);
  if (kind === 'digit') return exchangeAt(bundle, /[0-9a-f]/g, a, (digit) => (digit === '1' ? '2' : '1'));
  if (kind === 'exchange') return bundle.slice(0, at) + String.fromCodePoint(b % 0x300) + bundle.slice(at + 1);
  const [line] = kind === 'double' ? [lines[from]!] : lines.splice(from, 1);
  if (kind !== 'omit') lines.splice(to, 0, line!);
  return `${lines.join('\n')}\n`;
}

function exchangeAt(text: string, pattern: RegExp, nth: number, by: (found: string) => string): string {
  const all = [...text.matchAll(pattern)];
  const { index, 0: found } = all[nth % all.length]!;
  return text.slice(0, index) + by(found) + text.slice(index + found.length);
}

describe('Node, browsers and Python', () => {
  let browserBuild: Implementation;
  let python: Peer | undefined;

  before(async () => {
    browserBuild = await loadBrowserBuild();
    if (isPythonInstalled()) python = startPythonPeer();
  });
  after(() => python?.stop());

  async function agree(operation: Operation, input: fc.Arbitrary<unknown>, numRuns: number): Promise<void> {
    const property = fc.asyncProperty(input, async (value) => {
      const outcome = perform(nodeBuild, operation, value);
      expect(perform(browserBuild, operation, value)).to.deep.equal(outcome);
      if (python) expect(await python.perform(operation, value)).to.deep.equal(outcome);
    });
    await fc.assert(property, { numRuns });
  }

  it('are all here to be compared', function () {
    if (!python) skipBecause(this, 'python3 is not installed: only Node and browsers are compared');
  });
  it('write the same canonical JSON', () => agree('canonicalJson', arbitrary.value, 400));
  it('order tags alike', () => agree('canonicalTags', wildTags, 300));
  it('commit to bodies alike', () => agree('bodyCommitment', spoiled(arbitrary.body), 400));
  it('hash headers alike', () => agree('contentHash', spoiled(arbitrary.header), 400));
  it('derive the same public keys', () => agree('derivePublicKey', base64Seed, 20));
  it('accept the same public keys', () => agree('keyId', anyKey, 60));
  it('sign alike', () => agree('sign', fc.record({ privateKey: base64Seed, text: arbitrary.text }), 20));
  it('verify alike', () => agree('verify', claim, 60));
  it('judge proofs of leaves alike', () => agree('verifyInclusion', inclusionClaim, 200));
  it('judge proofs of longer trees alike', () => agree('verifyConsistency', consistencyClaim, 200));
  it('judge bundles alike, good and spoiled', () => agree('verifyBundle', spoiledBundle, 20));
});
