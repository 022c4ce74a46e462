import { derivePublicKey, generateKeyPair, sign, verify } from '@moltnet/protocol';
import { expect } from 'chai';
import { verifySignatures } from '../../src/rules/verifySignatures.js';
import * as hostile from '../protocol/hostilePoints.js';

const seed = Buffer.alloc(32, 7);
const publicKey = derivePublicKey(seed.toString('base64'));
const input = 'moltnet:entry:v1\nabc';

describe('verifySignatures', () => {
  it("judges as the protocol's verify does, hostile keys and signatures too", async () => {
    const good = sign(seed.toString('base64'), input);
    const neutral = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]).toString('base64');
    const cases: [string, string][] = [
      [publicKey, good],
      [generateKeyPair().publicKey, good],
      [publicKey, sign(seed.toString('base64'), 'something else')],
      [publicKey, hostile.addOrder(good)],
      [publicKey, hostile.signWithMovedR(seed, input)],
      [hostile.mixedOrderKey(seed), hostile.signWithMixedOrderKey(seed, input)],
      ...hostile.smallOrderKeys.map((key): [string, string] => [key, neutral]),
      [publicKey.slice(8), good],
      ...['', 'AAAA', good.slice(0, -2), `${good}\n`].map((text): [string, string] => [publicKey, text]),
    ];
    for (const [key, signature] of cases) {
      const [judged] = await verifySignatures(key, [{ input, signature }]);
      expect(judged, `${key} ${signature}`).to.equal(verify(key, input, signature));
    }
    expect(cases.filter(([key, signature]) => verify(key, input, signature))).to.have.length(1);
  });

  it('tells the good from the bad of many, in their order', async () => {
    const signed = Array.from({ length: 40 }, (_, i) => ({
      input: `moltnet:entry:v1\n${i}`,
      signature: sign(seed.toString('base64'), `moltnet:entry:v1\n${i % 3 === 0 ? 'other' : i}`),
    }));
    expect(await verifySignatures(publicKey, signed)).to.deep.equal(signed.map((_, i) => i % 3 !== 0));
  });
});
