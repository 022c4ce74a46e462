/** The cases about bundles: good ones, and each attack and malformed file that a verifier must tell. */
import { logKeyChangeText, signNote } from '@moltnet/protocol';
import type { BundleLine, EntryLine } from '@moltnet/protocol';
import { bundleText, eventfulWorld, seeded, World } from './bundleWorld.js';
import type { Operation, Outcome, Vector } from './operations.js';

type MakeVector = (name: string, operation: Operation, input: unknown, outcome: Outcome) => Vector;
type Found = readonly [line: number, check: string];

const world = new World();
const diary = world.diary('diary');
const author = world.author('ann');
world.write(diary, author, 'first', { title: ' A title ', tags: ['a', 'b'], content: 'One\r\n  two 😀\n日本' });
world.write(diary, author, 'second');
world.write(diary, author, 'third', { isSigned: false });
const small = world.bundle(diary, [author]);
const text = bundleText(small);
const FIRST = 4;

interface Case {
  bundle: string | Buffer;
  trustedKeys?: string[];
  seen?: object;
  verdict?: string;
  findings?: readonly Found[];
  notices?: readonly Found[];
}

const replaced = (find: string, by: string): string => text.replace(find, () => by);

function altered(line: number, alter: (line: EntryLine) => object): string {
  return bundleText(small.map((each, i) => (i === line - 1 ? (alter(each as EntryLine) as BundleLine) : each)));
}

function without(...lines: number[]): string {
  return bundleText(small.filter((_, i) => !lines.includes(i + 1)));
}

function late(): string {
  const odd = new World();
  const ann = odd.author('ann');
  odd.write(odd.diary('diary'), ann, 'late', { createdAt: '2020-01-31T09:30:00.000Z' });
  return bundleText(odd.bundle(odd.diary('diary'), [ann]));
}

function revoked(): string {
  const odd = new World();
  const ann = odd.author('ann');
  odd.revoke(ann);
  odd.write(odd.diary('diary'), ann, 'stolen');
  return bundleText(odd.bundle(odd.diary('diary'), [ann]));
}

function swapped(): string {
  const lines = [...small];
  [lines[FIRST - 1], lines[FIRST]] = [lines[FIRST]!, lines[FIRST - 1]!];
  return bundleText(lines);
}

function notUtf8(): Buffer {
  const bytes = Buffer.from(text);
  bytes[bytes.indexOf('two')] = 0xff;
  return bytes;
}

const head = { origin: world.origin, size: world.leaves.length };

/** A line that cannot be read leaves a gap in its chain. */
function unreadable(check: string): Found[] {
  return [
    [FIRST, check],
    [FIRST + 1, 'chain'],
  ];
}

function rotatedLog(isSigned: boolean): string {
  const next = new World('next');
  const ann = next.author('ann');
  next.write(next.diary('diary'), ann, 'first');
  const keys = [world, next].map((each) => ({ name: world.origin, ...each.log }));
  const change = logKeyChangeText({ last: world.head(), from: keys[0]!, to: keys[1]! });
  const note = signNote(change, isSigned ? keys : keys.slice(1));
  const [header, ...others] = next.bundle(next.diary('diary'), [ann]);
  return bundleText([header!, { line: 'logKeyChange', note }, ...others]);
}

const CASES: Record<string, Case> = {
  'all that can happen': { bundle: bundleText(eventfulWorld().bundle), verdict: 'consistent' },
  'a known log': { bundle: text, trustedKeys: [world.logKey], verdict: 'trusted' },
  'an unknown log': { bundle: text, trustedKeys: [new World('x', 'elsewhere.example').logKey], verdict: 'consistent' },
  'lines that end as on Windows': { bundle: text.replaceAll('\n', '\r\n'), verdict: 'consistent' },
  'a diary without entries': { bundle: bundleText(world.bundle(world.diary('empty'), [])), verdict: 'consistent' },
  'a claimed time long before it was logged': { bundle: late(), verdict: 'consistent', notices: [[FIRST, 'time']] },
  'another log under a known name': {
    bundle: text,
    trustedKeys: [new World('forger').logKey],
    findings: [
      [3, 'trust'],
      [7, 'trust'],
      [8, 'trust'],
    ],
  },
  'a key of the log that the trusted one handed over to': {
    bundle: rotatedLog(true),
    trustedKeys: [world.logKey],
    verdict: 'trusted',
  },
  'the same to who trusts neither': { bundle: rotatedLog(true), verdict: 'consistent' },
  'a key of the log that the old one did not sign': {
    bundle: rotatedLog(false),
    trustedKeys: [world.logKey],
    findings: [
      [4, 'trust'],
      [6, 'trust'],
      [7, 'trust'],
    ],
  },
  'two faces': {
    bundle: text,
    seen: { ...head, root: seeded('another').toString('hex') },
    findings: [[1, 'consistency']],
    notices: [[8, 'unlinked']],
  },
  'an edited text': { bundle: replaced('two 😀', 'too 😀'), findings: [[FIRST, 'body']] },
  'a text without its blanks': { bundle: replaced(' A title ', 'A title'), findings: [[FIRST, 'body']] },
  'a text with LF for CRLF': { bundle: replaced(String.raw`One\r\n`, String.raw`One\n`), findings: [[FIRST, 'body']] },
  'a text that is gone': { bundle: altered(FIRST, (line) => ({ ...line, body: null })), findings: [[FIRST, 'body']] },
  'swapped entries': {
    bundle: swapped(),
    findings: [
      [4, 'chain'],
      [5, 'chain'],
      [6, 'chain'],
    ],
  },
  'the last left out': { bundle: without(6), findings: [[6, 'head']] },
  'the last two left out': { bundle: without(5, 6), findings: [[5, 'head']] },
  'one from the middle left out': { bundle: without(5), findings: [[5, 'chain']] },
  'the head of the diary left out': { bundle: without(7), findings: [[6, 'head']] },
  'the author left out': {
    bundle: without(2, 3),
    findings: [
      [2, 'key'],
      [3, 'key'],
    ],
  },
  'cut off between two lines': { bundle: without(8), findings: [[7, 'truncated']] },
  'cut off in a line': {
    bundle: text.slice(0, text.indexOf('two')),
    findings: [
      [4, 'json'],
      [4, 'head'],
      [4, 'truncated'],
    ],
  },
  'back-dated in the header': {
    bundle: altered(FIRST, (line) => ({ ...line, header: { ...line.header, createdAt: '2020-01-31T09:30:00.000Z' } })),
    findings: [[FIRST, 'entry']],
  },
  'the proof of another leaf': {
    bundle: altered(FIRST, (line) => ({ ...line, proof: (small[FIRST] as EntryLine).proof })),
    findings: [[FIRST, 'proof']],
  },
  'a signature with a revoked key': { bundle: revoked(), findings: [[5, 'key']] },
  'an altered signature': {
    bundle: altered(FIRST, (line) => ({
      ...line,
      signature: line.signature!.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    })),
    findings: [[FIRST, 'signature']],
  },
  'a signature that was taken away: nothing in the log says that there was one': {
    bundle: altered(FIRST, (line) => ({ ...line, signature: null })),
    verdict: 'consistent',
  },
  'a repeated member': {
    bundle: replaced('"importance":5', '"importance":5,"importance":5'),
    findings: unreadable('json'),
  },
  'a member called __proto__': {
    bundle: replaced('"body":{', '"__proto__":{},"body":{'),
    findings: unreadable('shape'),
  },
  'half of a surrogate pair': { bundle: replaced('😀', String.raw`\ud83d`), findings: unreadable('json') },
  'an escaped pair is the same text': { bundle: replaced('😀', String.raw`\ud83d\uDE00`), verdict: 'consistent' },
  NUL: { bundle: replaced('😀', String.raw`\u0000`), findings: unreadable('json') },
  'an integer of 2^53': {
    bundle: replaced('"importance":5', '"importance":9007199254740992'),
    findings: unreadable('json'),
  },
  'an integer of many digits': {
    bundle: replaced('"importance":5', `"importance":${'9'.repeat(5000)}`),
    findings: unreadable('json'),
  },
  'a fraction': { bundle: replaced('"importance":5', '"importance":5.0'), findings: unreadable('json') },
  'a leading zero': { bundle: replaced('"importance":5', '"importance":05'), findings: unreadable('json') },
  'an importance of 11': { bundle: replaced('"importance":5', '"importance":11'), findings: [[FIRST, 'entry']] },
  'a string for a number': { bundle: replaced('"importance":5', '"importance":"5"'), findings: unreadable('shape') },
  NaN: { bundle: replaced('"importance":5', '"importance":NaN'), findings: unreadable('json') },
  'not UTF-8': { bundle: notUtf8(), findings: unreadable('json') },
  'a byte order mark': { bundle: `\ufeff${text}`, findings: [[1, 'json']] },
  'an empty line': { bundle: text.replace('\n', '\n\n'), findings: [[2, 'json']] },
  'something behind the checkpoint': { bundle: `${text}${text.split('\n')[FIRST - 1]}\n`, findings: [[9, 'order']] },
  nothing: { bundle: '', findings: [[1, 'header']] },
};

export function bundleVectors(vector: MakeVector): Vector[] {
  return Object.entries(CASES).map(
    ([name, { bundle, trustedKeys = [], seen, verdict = 'broken', findings = [], notices = [] }]) =>
      vector(
        name,
        'verifyBundle',
        { bundle: Buffer.from(bundle).toString('base64'), trustedKeys, ...(seen && { seen }) },
        { result: { verdict, findings, notices } },
      ),
  );
}
