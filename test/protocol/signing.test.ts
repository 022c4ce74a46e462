import { expect } from 'chai';
import { assertSignature, derivePublicKey, generateKeyPair, sign, verify } from '@moltnet/protocol';
import { verify as verifyRaw } from '@noble/ed25519';
import { createPublicKey, verify as verifyByNode } from 'node:crypto';
import * as hostile from './hostilePoints.js';

const seed = Buffer.alloc(32, 7);
const publicKey = derivePublicKey(seed.toString('base64'));
const text = 'moltnet:entry:v1\nabc';

function rawKey(key: string): Buffer {
  return Buffer.from(key.slice('ed25519:'.length), 'base64');
}

function isGoodForNode(key: string, signature: string): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: rawKey(key).toString('base64url') };
  return verifyByNode(
    null,
    Buffer.from(text),
    createPublicKey({ key: jwk, format: 'jwk' }),
    Buffer.from(signature, 'base64'),
  );
}

function isGoodForNoble(key: string, signature: string): boolean {
  return verifyRaw(Buffer.from(signature, 'base64'), Buffer.from(text), rawKey(key), { zip215: false });
}

describe('a signature', () => {
  it('is good for its text and its key only', () => {
    const pair = generateKeyPair();
    const signature = sign(pair.privateKey, text);
    expect(signature).to.have.length(88);
    expect(verify(pair.publicKey, text, signature)).to.equal(true);
    expect(verify(pair.publicKey, `${text} `, signature)).to.equal(false);
    expect(verify(publicKey, text, signature)).to.equal(false);
  });

  it('is the same for a text and for its bytes', () => {
    const pair = generateKeyPair();
    const bytes = new TextEncoder().encode('é 😀');
    expect(sign(pair.privateKey, 'é 😀')).to.equal(sign(pair.privateKey, bytes));
    expect(verify(pair.publicKey, bytes, sign(pair.privateKey, 'é 😀'))).to.equal(true);
  });

  it('by a key of small order is not good, though node:crypto takes it', () => {
    const neutral = hostile.smallOrderKeys[0]!;
    const signature = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]).toString('base64');
    expect(isGoodForNode(neutral, signature)).to.equal(true);
    expect(verify(neutral, text, signature)).to.equal(false);
  });

  it('by a key of mixed order is not good, though both libraries take it', () => {
    const key = hostile.mixedOrderKey(seed);
    const signature = hostile.signWithMixedOrderKey(seed, text);
    expect(isGoodForNode(key, signature)).to.equal(true);
    expect(isGoodForNoble(key, signature)).to.equal(true);
    expect(verify(key, text, signature)).to.equal(false);
  });

  it('whose R was moved by a point of small order is not good, though noble takes it', () => {
    const signature = hostile.signWithMovedR(seed, text);
    expect(isGoodForNoble(publicKey, signature)).to.equal(true);
    expect(verify(publicKey, text, signature)).to.equal(false);
  });

  it('is not good, and no error, when key, text or signature are malformed', () => {
    const good = sign(seed.toString('base64'), text);
    expect(verify(publicKey, text, good)).to.equal(true);
    expect(verify(publicKey.slice(8), text, good)).to.equal(false);
    expect(verify(publicKey, '\ud800', good)).to.equal(false);
    for (const signature of ['', good.slice(0, -2), `${good}\n`, hostile.addOrder(good)]) {
      expect(verify(publicKey, text, signature)).to.equal(false);
    }
  });

  it('is refused by its form at a door, with the field', () => {
    assertSignature(sign(seed.toString('base64'), text), 'signature');
    expect(() => assertSignature('AAAA', 'entries[0].signature')).to.throw(
      'entries[0].signature must be 64 bytes in base64 with padding',
    );
  });
});
