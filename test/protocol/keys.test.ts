import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { derivePublicKey, fingerprint, generateKeyPair, keyId, parsePublicKey } from '@moltnet/protocol';
import * as hostile from './hostilePoints.js';

describe('a key', () => {
  it('is generated anew each time, and its public half follows from the private one', () => {
    const pair = generateKeyPair();
    expect(pair.privateKey)
      .to.match(/^[A-Za-z0-9+/]{43}=$/)
      .and.not.equal(generateKeyPair().privateKey);
    expect(pair.publicKey).to.match(/^ed25519:[A-Za-z0-9+/]{43}=$/);
    expect(derivePublicKey(pair.privateKey)).to.equal(pair.publicKey);
  });

  it('is named by the SHA-256 of its 32 bytes, and by the first 16 digits of that for people', () => {
    const { publicKey } = generateKeyPair();
    const id = createHash('sha256').update(parsePublicKey(publicKey)).digest('hex');
    expect(keyId(publicKey)).to.equal(id);
    expect(fingerprint(id)).to.match(/^[0-9A-F]{4}(-[0-9A-F]{4}){3}$/);
    expect(fingerprint(id).replaceAll('-', '').toLowerCase()).to.equal(id.slice(0, 16));
  });

  it('cannot be changed for others by whoever got its bytes', () => {
    const { publicKey } = generateKeyPair();
    parsePublicKey(publicKey).fill(0);
    expect(parsePublicKey(publicKey).some((byte) => byte !== 0)).to.equal(true);
  });

  it('is refused when it is a point of small order, naming the field', () => {
    expect(hostile.smallOrderKeys).to.have.length(8);
    for (const key of hostile.smallOrderKeys) {
      expect(() => parsePublicKey(key, 'newKey')).to.throw('newKey is a point of small order; generate another key');
    }
  });

  it('is refused when it has a part of small order', () => {
    const key = hostile.mixedOrderKey(new Uint8Array(32).fill(7));
    expect(() => parsePublicKey(key)).to.throw('publicKey is a point of mixed order; generate another key');
  });

  it('is refused in another encoding than the canonical one', () => {
    for (const key of [...hostile.nonCanonicalKeys, hostile.negativeZeroKey]) {
      expect(() => parsePublicKey(key)).to.throw('publicKey is not a point of Ed25519 in its canonical form');
    }
  });

  it('is refused again and again', () => {
    const key = hostile.smallOrderKeys[0]!;
    for (let i = 0; i < 3; i++) expect(() => parsePublicKey(key)).to.throw('small order');
  });
});
