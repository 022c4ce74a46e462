/** The cases of packages/protocol/vectors, and their files' text. Run writeVectors after changing one. */
import * as protocol from '@moltnet/protocol';
import * as hostile from './hostilePoints.js';
import { bundleVectors } from './bundleVectors.js';
import { leafVectors, noteVectors, treeVectors } from './logVectors.js';
import { perform, type Operation, type Outcome, type Vector } from './operations.js';

export const vectorsFolder = new URL('../../../packages/protocol/vectors/', import.meta.url);

function vector(name: string, operation: Operation, input: unknown, outcome: Outcome): Vector {
  return { name, operation, input, ...outcome };
}

/** A case whose result is what the implementation gives, confirmed by the other ones. */
function gives(name: string, operation: Operation, input: unknown): Vector {
  const outcome = perform(protocol, operation, input);
  if ('refused' in outcome) throw new Error(`${name}: ${outcome.refused} is refused`);
  return vector(name, operation, input, outcome);
}

/** A case whose refusal is stated here. */
function refuses(field: string, name: string, operation: Operation, input: unknown): Vector {
  return vector(name, operation, input, { refused: field });
}

const canonicalJson = [
  gives('an empty string', 'canonicalJson', ''),
  gives('quotes, backslashes and slashes', 'canonicalJson', '"\\/'),
  gives('control characters: five have short escapes, the others lower-case hex', 'canonicalJson', controlCharacters()),
  gives('DEL, U+2028 and U+2029 are written as they are', 'canonicalJson', '\u007f\u2028\u2029'),
  gives('beyond ASCII nothing is escaped', 'canonicalJson', 'é 日本語 😀 \u{10ffff}'),
  gives('composed and decomposed é stay two texts', 'canonicalJson', ['\u00e9', 'e\u0301']),
  gives('integers', 'canonicalJson', [0, -1, 10, 2 ** 53 - 1, -(2 ** 53 - 1)]),
  gives('nested and empty arrays, no whitespace', 'canonicalJson', [[], ['a', [1, 'b']], '']),
  refuses('value', 'an integer of 2^53: the next one reads the same in many languages', 'canonicalJson', 2 ** 53),
  refuses('value[1]', 'an integer below -(2^53 - 1), in an array', 'canonicalJson', [1, -(2 ** 53)]),
  refuses('value', 'a fraction', 'canonicalJson', 1.5),
  refuses('value', 'a large number', 'canonicalJson', 1e300),
  refuses('value', 'NUL', 'canonicalJson', 'a\0'),
  refuses('value', 'a lone high surrogate', 'canonicalJson', 'a\ud83d'),
  refuses('value', 'a lone low surrogate', 'canonicalJson', '\ude00a'),
  refuses('value', 'a surrogate pair the wrong way round', 'canonicalJson', '\ude00\ud83d'),
  refuses('value', 'null', 'canonicalJson', null),
  refuses('value[0]', 'a boolean', 'canonicalJson', [true]),
  refuses('value', 'an object', 'canonicalJson', { a: 1 }),
];

const tags = [
  gives('no tags', 'canonicalTags', []),
  gives('ordered and each once', 'canonicalTags', ['b', 'a', 'b', 'A', 'aa']),
  gives('beyond U+FFFF the order of UTF-8 differs from that of UTF-16', 'canonicalTags', [
    '\u{10000}',
    '\uffff',
    '\ue000',
  ]),
  gives('a prefix goes first', 'canonicalTags', ['日本語', '日本', '日']),
  gives('blanks are part of a tag', 'canonicalTags', [' a', 'a ', 'a']),
  gives('128 code points beyond U+FFFF, 512 bytes', 'canonicalTags', ['😀'.repeat(128)]),
  gives('20 tags after repetitions are gone', 'canonicalTags', [...numbered(20), ...numbered(20)]),
  refuses('tags', '21 tags', 'canonicalTags', numbered(21)),
  refuses('tags[1]', '129 code points', 'canonicalTags', ['a', 'b'.repeat(129)]),
  refuses('tags[0]', 'an empty tag', 'canonicalTags', ['']),
  refuses('tags[1]', 'NUL', 'canonicalTags', ['a', '\0']),
  refuses('tags[0]', 'a lone surrogate', 'canonicalTags', ['\ud800']),
  refuses('tags[0]', 'a number', 'canonicalTags', [1]),
  refuses('tags', 'a string', 'canonicalTags', 'ab'),
];

const times = [
  gives('a moment', 'time', '2026-01-31T09:30:00.000Z'),
  gives('a leap day', 'time', '2024-02-29T23:59:59.999Z'),
  gives('the first moment', 'time', '0001-01-01T00:00:00.000Z'),
  gives('the last moment', 'time', '9999-12-31T23:59:59.999Z'),
  refuses('time', 'no milliseconds', 'time', '2026-01-31T09:30:00Z'),
  refuses('time', 'microseconds', 'time', '2026-01-31T09:30:00.000000Z'),
  refuses('time', 'an offset', 'time', '2026-01-31T09:30:00.000+00:00'),
  refuses('time', 'lower case', 'time', '2026-01-31t09:30:00.000z'),
  refuses('time', 'a blank for the T', 'time', '2026-01-31 09:30:00.000Z'),
  refuses('time', 'a line feed behind', 'time', '2026-01-31T09:30:00.000Z\n'),
  refuses('time', 'digits of another script', 'time', '２026-01-31T09:30:00.000Z'),
  refuses('time', 'February 30', 'time', '2026-02-30T09:30:00.000Z'),
  refuses('time', 'February 29 of a common year', 'time', '2100-02-29T09:30:00.000Z'),
  refuses('time', 'a leap second', 'time', '2016-12-31T23:59:60.000Z'),
  refuses('time', '24:00', 'time', '2026-01-31T24:00:00.000Z'),
  refuses('time', 'month 13', 'time', '2026-13-01T00:00:00.000Z'),
  refuses('time', 'the year 0000, which Postgres has not', 'time', '0000-01-01T00:00:00.000Z'),
  refuses('time', 'a sixth digit of the year', 'time', '+020260-01-31T09:30:00.000Z'),
  refuses('time', 'a number', 'time', 1769851800000),
];

const body = { salt: '00'.repeat(31) + '2a', title: 'A title', content: 'Some text.', tags: ['a', 'b'] };
const header = {
  entryId: '01890a5d-ac96-774b-bcce-b302099a8057',
  diaryId: '6fa459ea-ee8a-4ca4-894e-db77e160355e',
  authorKeyId: '5e'.repeat(32),
  createdAt: '2026-01-31T09:30:00.000Z',
  type: 'episodic',
  importance: 5,
  bodyCommitment: protocol.bodyCommitment(body),
};

const bodies = [
  gives('a short text', 'bodyCommitment', body),
  gives('its bytes', 'canonicalJson', ['moltnet:body:v1', body.salt, body.title, body.content, body.tags]),
  gives('an absent title is empty', 'bodyCommitment', { ...body, title: '' }),
  gives('another salt', 'bodyCommitment', { ...body, salt: 'ff'.repeat(32) }),
  gives('no tags', 'bodyCommitment', { ...body, tags: [] }),
  gives('many lines', 'bodyCommitment', { ...body, content: 'One\nTwo\n\nFour\n' }),
  gives('CRLF stays CRLF', 'bodyCommitment', { ...body, content: 'One\r\nTwo\r' }),
  gives('blanks before and behind stay', 'bodyCommitment', { ...body, title: '  \t', content: '\u00a0 text \u3000\n' }),
  gives('emoji with joiners and selectors', 'bodyCommitment', { ...body, content: '👩‍👩‍👧 ❤️ 🇨🇭 😀' }),
  gives('CJK, and beyond the BMP', 'bodyCommitment', { ...body, content: '日本語 中文 한국어 𠮷' }),
  gives('control characters, a byte order mark', 'bodyCommitment', {
    ...body,
    content: '\ufeff' + controlCharacters(),
  }),
  gives('composed é', 'bodyCommitment', { ...body, content: '\u00e9' }),
  gives('decomposed é is another text', 'bodyCommitment', { ...body, content: 'e\u0301' }),
  gives('tags beyond the BMP, ordered by UTF-8', 'bodyCommitment', {
    ...body,
    tags: ['\ue000', '\uffff', '\u{10000}'],
  }),
  gives('the longest text, 100,000 code points', 'bodyCommitment', {
    ...body,
    content: '0123456789\n\t"é日😀\\/. '.repeat(5000),
  }),
  gives('the longest title, two UTF-16 units a character', 'bodyCommitment', { ...body, title: '😀'.repeat(255) }),
  refuses('title', '256 code points of title', 'bodyCommitment', { ...body, title: 'a'.repeat(256) }),
  refuses('title', 'NUL in the title', 'bodyCommitment', { ...body, title: 'a\0b' }),
  refuses('title', 'no title: an absent one is empty', 'bodyCommitment', { ...body, title: null }),
  refuses('content', 'a lone surrogate in the text', 'bodyCommitment', { ...body, content: 'a\udfff' }),
  refuses('content', 'a number for the text', 'bodyCommitment', { ...body, content: 1 }),
  refuses('tags[1]', 'tags out of order', 'bodyCommitment', { ...body, tags: ['b', 'a'] }),
  refuses('tags[1]', 'tags in the order of UTF-16', 'bodyCommitment', { ...body, tags: ['\u{10000}', '\uffff'] }),
  refuses('tags[1]', 'a repeated tag', 'bodyCommitment', { ...body, tags: ['a', 'a'] }),
  refuses('tags', '21 tags', 'bodyCommitment', { ...body, tags: numbered(21) }),
  refuses('salt', 'a short salt', 'bodyCommitment', { ...body, salt: '00' }),
  refuses('salt', 'upper-case hex', 'bodyCommitment', { ...body, salt: 'FF'.repeat(32) }),
];

const headers = [
  gives('a header', 'entryHeader', header),
  gives('its hash', 'contentHash', header),
  ...protocol.ENTRY_TYPES.map((type) => gives(`type ${type}`, 'contentHash', { ...header, type })),
  gives('the least importance', 'entryHeader', { ...header, importance: 1 }),
  gives('the greatest importance', 'entryHeader', { ...header, importance: 10 }),
  refuses('entryId', 'an upper-case UUID', 'entryHeader', { ...header, entryId: header.entryId.toUpperCase() }),
  refuses('diaryId', 'a UUID without hyphens', 'entryHeader', {
    ...header,
    diaryId: header.diaryId.replaceAll('-', ''),
  }),
  refuses('authorKeyId', 'a fingerprint for the key id', 'entryHeader', {
    ...header,
    authorKeyId: '5E5E-5E5E-5E5E-5E5E',
  }),
  refuses('createdAt', 'a time without milliseconds', 'entryHeader', { ...header, createdAt: '2026-01-31T09:30:00Z' }),
  refuses('type', 'an unknown type', 'entryHeader', { ...header, type: 'Episodic' }),
  refuses('importance', 'importance 0', 'entryHeader', { ...header, importance: 0 }),
  refuses('importance', 'importance 11', 'entryHeader', { ...header, importance: 11 }),
  refuses('importance', 'a fraction', 'entryHeader', { ...header, importance: 5.5 }),
  refuses('importance', 'a string', 'entryHeader', { ...header, importance: '5' }),
  refuses('bodyCommitment', 'a commitment in base64', 'entryHeader', {
    ...header,
    bodyCommitment: 'A'.repeat(43) + '=',
  }),
];

// The first two keys of RFC 8032, 7.1.
const seeds = [
  '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
].map((hex) => Buffer.from(hex, 'hex'));
const [first, second] = seeds.map((seed) => {
  const privateKey = seed.toString('base64');
  const publicKey = protocol.derivePublicKey(privateKey);
  return { privateKey, publicKey, keyId: protocol.keyId(publicKey) };
}) as [SignerVector, SignerVector];
type SignerVector = { privateKey: string; publicKey: string; keyId: string };

const keys = [
  ...[first, second].flatMap((key, i) => [
    gives(`key ${i + 1} of RFC 8032`, 'derivePublicKey', key.privateKey),
    gives(`key id ${i + 1}`, 'keyId', key.publicKey),
    gives(`fingerprint ${i + 1}`, 'fingerprint', key.keyId),
  ]),
  refuses('publicKey', 'no prefix', 'keyId', first.publicKey.slice(8)),
  refuses('publicKey', 'another prefix', 'keyId', first.publicKey.replace('ed25519', 'ED25519')),
  refuses('publicKey', 'hex', 'keyId', `ed25519:${Buffer.from(seeds[0]!).toString('hex')}`),
  refuses('publicKey', 'no padding', 'keyId', first.publicKey.slice(0, -1)),
  refuses('publicKey', 'a blank behind', 'keyId', `${first.publicKey} `),
  refuses('publicKey', 'the URL alphabet', 'keyId', first.publicKey.replaceAll('+', '-').replaceAll('/', '_')),
  refuses('publicKey', 'stray bits in the last character', 'keyId', first.publicKey.replace(/.=$/, strayBit)),
  refuses('publicKey', '31 bytes', 'keyId', hostile.wireKey(seeds[0]!.subarray(1))),
  refuses(
    'publicKey',
    'y of no point',
    'keyId',
    hostile.wireKey(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 2 : 0))),
  ),
  ...hostile.nonCanonicalKeys.map((key, i) => refuses('publicKey', `y not below p, ${i + 1}`, 'keyId', key)),
  refuses('publicKey', 'x = 0 with its sign set', 'keyId', hostile.negativeZeroKey),
  ...hostile.smallOrderKeys.map((key, i) => refuses('publicKey', `small order, ${i + 1} of 8`, 'keyId', key)),
  refuses('publicKey', 'mixed order', 'keyId', hostile.mixedOrderKey(seeds[0]!)),
  refuses('keyId', 'a fingerprint of a short id', 'fingerprint', first.keyId.slice(0, 16)),
  refuses('privateKey', 'a private key of 31 bytes', 'derivePublicKey', seeds[0]!.subarray(1).toString('base64')),
  refuses('privateKey', 'a private key in hex', 'derivePublicKey', seeds[0]!.toString('hex')),
];

const hash = protocol.contentHash(header as protocol.EntryHeader);
const message = { nonce: 'mZ3kP0vQ8sT1uW5x', message: 'Hello,\nWorld 😀' };
const registration = {
  audience: 'https://api.example.org',
  keyId: first.keyId,
  nonce: '7c0f5d0e-8f64-4f0c-9d0e-2f6b1f6a3c11',
  issuedAt: '2026-01-31T09:30:00.000Z',
};
const { keyId: _, ...binding } = registration;
const keyRotation = { ...binding, oldKeyId: first.keyId, newKeyId: second.keyId };
const compromisedAt = '2026-01-30T00:00:00.000Z';
const revocation = { ...registration, reason: 'Left in a log;\nfound by a scanner 😀', compromisedAt };
const secretRotation = { ...registration, graceSeconds: 86_400 };
const recovery = { audience: registration.audience, keyId: first.keyId, challenge: 'eyJhIjoxfQ.bWFjLW1hYy1tYWM' };

const inputs = [
  gives('one entry', 'entrySigningInput', hash),
  gives('many entries', 'entriesSigningInput', 'ab'.repeat(32)),
  gives('a message', 'messageSigningInput', message),
  gives('an empty message', 'messageSigningInput', { ...message, message: '' }),
  gives('a registration', 'registrationSigningInput', registration),
  refuses('contentHash', 'an upper-case hash', 'entrySigningInput', hash.toUpperCase()),
  refuses('merkleRoot', 'a short root', 'entriesSigningInput', 'ab'),
  refuses('nonce', 'a nonce with a line feed', 'messageSigningInput', { ...message, nonce: `${message.nonce}\n` }),
  refuses('nonce', 'a short nonce', 'messageSigningInput', { ...message, nonce: 'abc' }),
  refuses('message', 'NUL in a message', 'messageSigningInput', { ...message, message: '\0' }),
  refuses('audience', 'an audience of two lines', 'registrationSigningInput', { ...registration, audience: 'a\nb' }),
  refuses('audience', 'no audience', 'registrationSigningInput', { ...registration, audience: '' }),
  refuses('keyId', 'a fingerprint', 'registrationSigningInput', { ...registration, keyId: 'ABCD-ABCD-ABCD-ABCD' }),
  refuses('nonce', 'a nonce with a blank', 'registrationSigningInput', { ...registration, nonce: '0123456789 abcdef' }),
  refuses('issuedAt', 'seconds', 'registrationSigningInput', { ...registration, issuedAt: '1769851800' }),
  gives('a key rotation', 'keyRotationSigningInput', keyRotation),
  refuses('oldKeyId', 'a public key for the old key id', 'keyRotationSigningInput', {
    ...keyRotation,
    oldKeyId: first.publicKey,
  }),
  refuses('newKeyId', 'an upper-case key id', 'keyRotationSigningInput', {
    ...keyRotation,
    newKeyId: second.keyId.toUpperCase(),
  }),
  refuses('nonce', 'a rotation without a nonce', 'keyRotationSigningInput', { ...keyRotation, nonce: '' }),
  gives('a revocation', 'keyRevocationSigningInput', revocation),
  gives('a revocation of a key that was not stolen', 'keyRevocationSigningInput', {
    ...registration,
    reason: 'Retired',
  }),
  refuses('reason', 'NUL in a reason', 'keyRevocationSigningInput', { ...revocation, reason: '\0' }),
  refuses('compromisedAt', 'a day', 'keyRevocationSigningInput', { ...revocation, compromisedAt: '2026-01-30' }),
  gives('a secret rotation', 'secretRotationSigningInput', secretRotation),
  gives('a secret rotation without grace', 'secretRotationSigningInput', { ...secretRotation, graceSeconds: 0 }),
  refuses('graceSeconds', 'half a second', 'secretRotationSigningInput', { ...secretRotation, graceSeconds: 0.5 }),
  refuses('graceSeconds', 'more than a week', 'secretRotationSigningInput', {
    ...secretRotation,
    graceSeconds: 604_801,
  }),
  gives('a recovery', 'recoverySigningInput', recovery),
  refuses('challenge', 'a challenge of two lines', 'recoverySigningInput', {
    ...recovery,
    challenge: `${recovery.challenge}\n`,
  }),
];

const text = protocol.entrySigningInput(hash);
const signature = protocol.sign(first.privateKey, text);

const signatures = [
  gives('an empty text', 'sign', { privateKey: first.privateKey, text: '' }),
  gives('an entry', 'sign', { privateKey: first.privateKey, text }),
  gives('a text beyond ASCII', 'sign', { privateKey: second.privateKey, text: 'é 日本語 😀' }),
  verdict(true, 'a good signature', {}),
  verdict(false, 'another text', { text: `${text}\n` }),
  verdict(false, "another agent's key", { publicKey: second.publicKey }),
  verdict(false, "another agent's signature", { signature: protocol.sign(second.privateKey, text) }),
  verdict(false, 'S + L for S', { signature: hostile.addOrder(signature) }),
  verdict(false, 'R moved by a point of small order', { signature: hostile.signWithMovedR(seeds[0]!, text) }),
  verdict(false, 'no padding', { signature: signature.replace(/=+$/, '') }),
  verdict(false, 'the URL alphabet', { signature: signature.replaceAll('+', '-').replaceAll('/', '_') }),
  verdict(false, 'stray bits in the last character', { signature: signature.replace(/.==$/, strayBit) }),
  verdict(false, 'hex', { signature: Buffer.from(signature, 'base64').toString('hex') }),
  verdict(false, '63 bytes', { signature: Buffer.from(signature, 'base64').subarray(1).toString('base64') }),
  verdict(false, 'zeros', { signature: Buffer.alloc(64).toString('base64') }),
  // R is the neutral element and S is 0: with the first key the equation holds for every text, with others for some.
  ...hostile.smallOrderKeys.map((publicKey, i) =>
    verdict(false, `a key of small order, ${i + 1} of 8`, {
      publicKey,
      signature: Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]).toString('base64'),
    }),
  ),
  verdict(false, 'a key of mixed order', {
    publicKey: hostile.mixedOrderKey(seeds[0]!),
    signature: hostile.signWithMixedOrderKey(seeds[0]!, text),
  }),
];

function verdict(result: boolean, name: string, changes: object): Vector {
  return vector(name, 'verify', { publicKey: first.publicKey, text, signature, ...changes }, { result });
}

/** The next character of the alphabet decodes to the same bytes: only bits behind them differ. */
function strayBit(last: string): string {
  return String.fromCharCode(last.charCodeAt(0) + 1) + last.slice(1);
}

function controlCharacters(): string {
  return String.fromCharCode(...Array.from({ length: 31 }, (_, i) => i + 1));
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `t${String(i).padStart(2, '0')}`);
}

export const vectorFiles: Record<string, Vector[]> = {
  'canonicalJson.json': canonicalJson,
  'tags.json': tags,
  'times.json': times,
  'entries.json': [...bodies, ...headers],
  'keys.json': keys,
  'signatures.json': [...inputs, ...signatures],
  'trees.json': treeVectors(gives, refuses),
  'leaves.json': leafVectors(gives, refuses),
  'notes.json': noteVectors(gives, refuses),
  'bundles.json': bundleVectors(vector),
};

/** One case a line, so that a change shows as one. */
export function vectorText(vectors: Vector[]): string {
  return `[\n${vectors.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`;
}
