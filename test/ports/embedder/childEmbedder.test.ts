import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ChildEmbedder, type ChildEmbedderOptions } from '../../../src/ports/embedder/childEmbedder.js';
import { describeModel } from '../../../src/ports/embedder/fingerprint.js';
import { processEnds } from '../../support/processes.js';

const model = describeModel({ name: 'scripted', revision: '1', dtype: 'q8', semantic: true, recipe: '', files: [] });

describe('the embedder with a child process', () => {
  let embedder: ChildEmbedder;
  let logged: unknown[];
  let folder: string;

  function open(options: Partial<ChildEmbedderOptions> = {}): ChildEmbedder {
    const note = (...line: unknown[]) => void logged.push(line);
    embedder = new ChildEmbedder({
      model,
      script: new URL('../../support/scriptedChild.js', import.meta.url),
      args: ['ready'],
      log: { info: note, warn: note },
      ...options,
    });
    return embedder;
  }

  /** Starts a text that stays in the child until `release`, and waits until nothing is queued before it. */
  async function hold(): Promise<{ done: Promise<number>; release: () => void }> {
    await embedder.warm();
    const done = place(embedder.embedPassage('hold'));
    await new Promise(setImmediate);
    expect(embedder.status().queued).to.equal(0);
    return { done, release: () => process.kill(embedder.status().pid ?? 0, 'SIGUSR2') };
  }

  /** Where in the order of runs a text came. */
  async function place(result: Promise<Float32Array | { vector: Float32Array }>): Promise<number> {
    const settled = await result;
    return ('vector' in settled ? settled.vector : settled)[0] ?? -1;
  }

  const fate = (result: Promise<unknown>) =>
    result.then(
      () => 'embedded',
      (error: unknown) => String(error),
    );

  beforeEach(() => {
    logged = [];
    folder = mkdtempSync(join(tmpdir(), 'embedder-'));
  });

  afterEach(async () => {
    await embedder.stop();
    rmSync(folder, { recursive: true });
  });

  it('starts nothing before it is needed', async () => {
    open();
    expect(embedder.status()).to.include({ state: 'idle', starts: 0 }).and.not.have.property('pid');
    await embedder.embedQuery('first');
    expect(embedder.status()).to.include({ state: 'ready', starts: 1 });
  });

  it('takes queries before passages that came earlier', async () => {
    open();
    const held = await hold();
    const passages = [1, 2, 3].map((n) => place(embedder.embedPassage(`passage ${n}`)));
    const queries = [1, 2].map((n) => place(embedder.embedQuery(`query ${n}`)));
    held.release();
    expect(await Promise.all([held.done, ...queries, ...passages])).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('computes equal texts in flight once, also one that is being computed', async () => {
    open();
    const held = await hold();
    const joined = place(embedder.embedPassage('hold'));
    const equal = Array.from({ length: 20 }, () => place(embedder.embedQuery('same')));
    held.release();
    expect(await joined).to.equal(await held.done);
    expect(new Set(await Promise.all(equal))).to.deep.equal(new Set([1]));
    expect(embedder.status()).to.include({ computed: 2, coalesced: 20 });
  });

  it('gives each caller a vector of its own', async () => {
    open();
    const [mine, yours] = await Promise.all([embedder.embedQuery('same'), embedder.embedQuery('same')]);
    mine.fill(99);
    expect(yours[0]).to.equal(0);
    expect((await embedder.embedQuery('same'))[0]).to.equal(0);
  });

  it('remembers the queries that were asked last, and no passage', async () => {
    open({ cachedQueries: 2 });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await embedder.embedQuery(text);
    // b was asked longest ago when c came, so only b had to be computed again.
    expect(embedder.status()).to.include({ computed: 4, cacheHits: 2 });
    for (const text of ['p', 'p']) await embedder.embedPassage(text);
    expect(embedder.status().computed).to.equal(6);
  });

  it('refuses what exceeds its queue, and lets no flood of passages refuse a query', async () => {
    open({ maxWaiting: 2 });
    const held = await hold();
    const flood = [1, 2, 3].map((n) => fate(embedder.embedPassage(`passage ${n}`)));
    const query = fate(embedder.embedQuery('query'));
    expect(await flood[2]).to.match(/^EmbedderUnavailable: 2 texts \(passage\) wait/);
    held.release();
    expect(await Promise.all([...flood.slice(0, 2), query])).to.deep.equal(['embedded', 'embedded', 'embedded']);
  });

  it('gives a query up at its deadline, and does not compute what nobody waits for', async () => {
    open();
    const held = await hold();
    const deadline = new AbortController();
    const query = fate(embedder.embedQuery('late', { signal: deadline.signal }));
    deadline.abort();
    expect(await query).to.match(/^EmbedderUnavailable: .*time that its caller gave it/);
    expect(embedder.status().queued).to.equal(0);
    held.release();
    await held.done;
    expect(await place(embedder.embedQuery('next'))).to.equal(1);
  });

  it('computes on for the others when one of those that wait for a text gives up', async () => {
    open();
    const held = await hold();
    const deadline = new AbortController();
    const hasty = fate(embedder.embedQuery('shared', { signal: deadline.signal }));
    const patient = fate(embedder.embedQuery('shared'));
    deadline.abort();
    held.release();
    expect(await Promise.all([hasty, patient])).to.deep.equal([await hasty, 'embedded']);
    expect(await hasty).to.match(/^EmbedderUnavailable/);
  });

  it('does not make a query wait for a model that never loads', async () => {
    open({ args: ['silent'] });
    const aborted = AbortSignal.abort();
    expect(await fate(embedder.embedQuery('q', { signal: aborted }))).to.match(/^EmbedderUnavailable/);
    const deadline = new AbortController();
    const query = fate(embedder.embedQuery('q', { signal: deadline.signal }));
    expect(embedder.status().state).to.equal('starting');
    deadline.abort();
    expect(await query).to.match(/^EmbedderUnavailable/);
  });

  it('answers from a new process when the first is killed in the middle of a text', async () => {
    open();
    const held = await hold();
    const waiting = fate(embedder.embedPassage('next'));
    process.kill(embedder.status().pid ?? 0, 'SIGKILL');
    expect(await waiting).to.equal('embedded');
    process.kill(embedder.status().pid ?? 0, 'SIGUSR2');
    await held.done;
    expect(embedder.status()).to.include({ state: 'ready', starts: 2 });
  });

  it('replaces a process that is killed while it is idle, before the next text', async () => {
    open();
    await embedder.embedQuery('a');
    const pid = embedder.status().pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await processEnds(pid);
    while (embedder.status().starts < 2) await new Promise(setImmediate);
    await embedder.warm();
    expect(embedder.status()).to.include({ state: 'ready', starts: 2 });
  });

  it('does not take deaths between answers for a loop', async () => {
    open({ now: () => 0 }); // a pause would never end
    for (let life = 1; life <= 4; life++) {
      expect(await fate(embedder.embedPassage(`text ${life}`))).to.equal('embedded');
      process.kill(embedder.status().pid ?? 0, 'SIGKILL');
      while (embedder.status().starts === life) await new Promise(setImmediate);
    }
  });

  it('finishes its run when the whole process group is told to end', async () => {
    open();
    const held = await hold();
    for (const signal of ['SIGINT', 'SIGTERM']) process.kill(embedder.status().pid ?? 0, signal);
    held.release();
    expect(await held.done).to.equal(0);
    expect(embedder.status().starts).to.equal(1);
  });

  it('embeds a text whose first process died of something else', async () => {
    open();
    expect(await fate(embedder.embedPassage(`die unless ${join(folder, 'marker')} exists`))).to.equal('embedded');
    expect(embedder.status()).to.include({ state: 'ready', starts: 2 }).and.not.have.property('error');
  });

  it('fails a text that kills two processes, and goes on with the others', async () => {
    open();
    const held = await hold();
    const poison = fate(embedder.embedPassage('die of this secret'));
    const others = [1, 2, 3].map((n) => fate(embedder.embedPassage(`passage ${n}`)));
    held.release();
    expect(await poison).to.match(/^EmbeddingFailed: the embedding process died 2 times at this text of 27 characters/);
    expect(await Promise.all(others)).to.deep.equal(['embedded', 'embedded', 'embedded']);
    expect(await fate(embedder.embedQuery('afterwards'))).to.equal('embedded');
  });

  it('tells one poisonous text after another from a broken model', async () => {
    open();
    for (const text of ['die 1', 'die 2', 'die 3']) {
      expect(await fate(embedder.embedPassage(text))).to.match(/^EmbeddingFailed/);
    }
    expect(await fate(embedder.embedQuery('afterwards'))).to.equal('embedded');
  });

  it('kills and replaces a process that hangs, and fails the text that hung it twice', async () => {
    open({ runTimeoutMs: 1_000 });
    const hanging = fate(embedder.embedPassage('hang'));
    const other = fate(embedder.embedPassage('other'));
    expect(await other).to.equal('embedded');
    expect(await hanging).to.match(/^EmbeddingFailed: .*did not answer within 1000 ms and was killed/);
  });

  it('leaves the event loop free while the model computes', async () => {
    open({ runTimeoutMs: 1_000 });
    await embedder.warm();
    const hanging = fate(embedder.embedPassage('hang'));
    let turns = 0;
    while (embedder.status().starts < 2) {
      await new Promise(setImmediate);
      turns++;
    }
    expect(turns).to.be.greaterThan(100);
    await hanging;
  });

  it('keeps the process when the model cannot do one text', async () => {
    open();
    expect(await fate(embedder.embedPassage('fail'))).to.match(/^EmbeddingFailed: the model cannot embed .*RangeError/);
    expect(await fate(embedder.embedPassage('next'))).to.equal('embedded');
    expect(embedder.status()).to.include({ starts: 1, computed: 1 });
  });

  it('puts no text into an error, its causes or the log', async () => {
    open({ runTimeoutMs: 1_000 });
    for (const order of ['die', 'hang', 'fail']) {
      const error: unknown = await embedder.embedPassage(`${order} hush-hush`).catch((reason: unknown) => reason);
      expect(inspect(error, { depth: null, showHidden: true }))
        .to.include('EmbeddingFailed')
        .and.not.include('hush');
    }
    expect(inspect(logged, { depth: null }))
      .to.include('embedding process died')
      .and.not.include('hush');
    expect(inspect(embedder.status())).to.not.include('hush');
  });

  it('reports a process that cannot start, backs off, and tries again later', async () => {
    let now = 0;
    open({ args: ['refuse'], now: () => now });
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await fate(embedder.embedQuery('q'))).to.match(
        /^EmbedderUnavailable: .*no weights today.*try again later/,
      );
    }
    expect(await fate(embedder.embedQuery('q'))).to.match(/^EmbedderUnavailable: .*no weights today.*next try in 1 s/);
    await embedder.warm();
    expect(embedder.status()).to.include({ state: 'failed', starts: 2 });
    now += 1_000;
    await fate(embedder.embedQuery('q'));
    expect(embedder.status().starts).to.equal(3);
    expect(await fate(embedder.embedQuery('q'))).to.match(/next try in 2 s/);
  });

  it('kills a process that is not ready in time', async () => {
    open({ args: ['silent'], startTimeoutMs: 200 });
    expect(await fate(embedder.embedQuery('q'))).to.match(/^EmbedderUnavailable: .*not ready within 200 ms/);
    expect(embedder.status().state).to.equal('failed');
  });

  it('finishes the run in hand when it stops, and refuses what waits', async () => {
    open();
    const held = await hold();
    const pid = embedder.status().pid ?? 0;
    const waiting = fate(embedder.embedPassage('waits'));
    const stopped = embedder.stop();
    expect(await waiting).to.match(/^Stopping/);
    expect(await fate(embedder.embedQuery('late'))).to.match(/^Stopping/);
    held.release();
    expect(await held.done).to.equal(0);
    await stopped;
    await processEnds(pid);
    expect(embedder.status()).to.include({ state: 'stopped', starts: 1 });
  });

  it('stops while the model loads', async () => {
    open({ args: ['silent'] });
    const waiting = fate(embedder.embedPassage('waits'));
    await embedder.stop();
    expect(await waiting).to.match(/^Stopping/);
    expect(embedder.status().state).to.equal('stopped');
  });
});
