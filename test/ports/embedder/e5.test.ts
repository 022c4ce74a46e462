import { expect } from 'chai';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Embedder } from '../../../src/ports/embedder.js';
import { chooseEmbedder } from '../../../src/ports/embedder/chooseEmbedder.js';
import { processEnds } from '../../support/processes.js';
import { tinyModelDir, tinyModelFiles, writeModel } from '../../support/tinyModel.js';

const silent = { info: () => {}, warn: () => {} };
const open = (modelDir: string): Promise<Embedder> =>
  chooseEmbedder({ configured: 'e5-small-v2', modelDir, production: true, log: silent });
const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

describe('e5 in its child process, with the tiny model', () => {
  let embedder: Embedder;

  before(async () => {
    embedder = await open(tinyModelDir());
  });

  after(() => embedder.stop());

  it('puts synonyms nearer than strangers', async () => {
    const { vector } = await embedder.embedPassage('The deploy failed');
    const near = cosine(vector, await embedder.embedQuery('release crash'));
    const far = cosine(vector, await embedder.embedQuery('horse near river'));
    expect(near).to.be.greaterThan(far + 0.1);
  });

  it('computes the same vector for a text alone and among others', async () => {
    const alone = await embedder.embedPassage('slow database migration');
    const lengths = [1, 300, 3, 90];
    const crowd = lengths.map((words) => embedder.embedPassage('invoice '.repeat(words)));
    const among = await embedder.embedPassage('slow database migration');
    await Promise.all(crowd);
    expect(among).to.deep.equal(alone);
  });

  it('embeds the same words differently as a query and as a passage', async () => {
    const query = await embedder.embedQuery('deploy');
    expect(query).to.not.deep.equal((await embedder.embedPassage('deploy')).vector);
  });

  const HOSTILE: [what: string, text: string, truncated: boolean][] = [
    ['an empty text', '', false],
    ['lone whitespace', ' \n\t ', false],
    ['a lone surrogate', '\ud800 x', false],
    ['a NUL', 'a\0b', false],
    ['100,000 characters of punctuation', '?!.,;'.repeat(20_000), true],
    ['100,000 characters of emoji', '😀'.repeat(50_000), true],
    ['100,000 CJK characters', '漢'.repeat(100_000), true],
    ['100,000 characters without a space', 'x'.repeat(100_000), true],
  ];
  for (const [what, text, truncated] of HOSTILE) {
    it(`embeds ${what}`, async () => {
      const embedded = await embedder.embedPassage(text);
      expect(cosine(embedded.vector, embedded.vector)).to.be.closeTo(1, 1e-5);
      expect(embedded.truncated).to.equal(truncated);
    });
  }

  it('says that it truncated from the 513th token on, which it does not see', async () => {
    // passage, colon and the two markers are four tokens.
    const fits = await embedder.embedPassage('deploy '.repeat(508));
    const cut = await embedder.embedPassage('deploy '.repeat(508) + 'horse river');
    expect(fits.truncated).to.equal(false);
    expect(cut).to.deep.equal({ vector: fits.vector, truncated: true });
  });

  it('says that it truncated a text whose end the cap cut off, however few its tokens', async () => {
    expect((await embedder.embedPassage('deploy' + ' '.repeat(9_000) + 'horse')).truncated).to.equal(true);
    expect((await embedder.embedPassage('deploy' + ' '.repeat(8_000) + 'horse')).truncated).to.equal(false);
  });
});

describe('the embedding child process and its parent', () => {
  let parent: ChildProcess;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'embedder-'));
  });

  afterEach(() => {
    parent.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Starts a process that embeds, and answers with its child's pid once the model is loaded. */
  async function startParent(...args: string[]): Promise<number> {
    const script = fileURLToPath(new URL('../../support/embedderParent.js', import.meta.url));
    parent = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    if (!parent.stdout) throw new Error('no stdout');
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    return Number(line);
  }

  it('ends with its parent also while it loads', async () => {
    parent = fork(new URL('../../support/scriptedChild.js', import.meta.url), ['silent'], { stdio: 'ignore' });
    await once(parent, 'message');
    const ended = once(parent, 'exit');
    parent.disconnect();
    expect(await ended).to.deep.equal([0, null]);
  });

  it('ends with a parent that is killed', async () => {
    const pid = await startParent(tinyModelDir(), 'wait');
    parent.kill('SIGKILL');
    await processEnds(pid);
  });

  it('never keeps its parent alive, and ends with it', async () => {
    const pid = await startParent(tinyModelDir(), 'end');
    if (parent.exitCode === null) await once(parent, 'exit');
    expect(parent.exitCode).to.equal(0);
    await processEnds(pid);
  });

  it('prints neither text nor token ids when the runtime itself fails on a text', async () => {
    writeModel(folder, tinyModelFiles({ positions: 20 }));
    const pid = await startParent(folder, 'embed', 'short', 'hush '.repeat(40));
    const printed = await readAll(parent.stderr!);
    expect(printed).to.include('EmbeddingFailed').and.not.include('hush');
    expect(printed).to.not.match(/\d+(,\s*\d+){4}/);
    await processEnds(pid);
  });
});
