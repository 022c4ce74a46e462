import { expect } from 'chai';
import { createCursors } from '../../src/http/cursor.js';
import { expectedVersion } from '../../src/http/etag.js';
import { derivedId, isIdempotencyKey, requestHash } from '../../src/http/idempotency.js';
import { parsePrefer, startWorkflow } from '../../src/http/startWorkflow.js';

function nameOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
}

describe('cursors', () => {
  const cursors = createCursors('secret');

  it('give back the place that they were made of', () => {
    const cursor = cursors.encode('entries:d1', ['2026-07-01T00:00:00.000Z', 'id-7']);
    expect(cursor).to.match(/^[\w.-]+$/);
    expect(cursors.decode('entries:d1', cursor)).to.deep.equal(['2026-07-01T00:00:00.000Z', 'id-7']);
  });

  it('are refused in another list, from another deployment, and when made up', () => {
    const cursor = cursors.encode('entries:d1', [1]);
    expect(nameOf(() => cursors.decode('entries:d2', cursor))).to.equal('InvalidInput');
    expect(nameOf(() => createCursors('other').decode('entries:d1', cursor))).to.equal('InvalidInput');
    for (const made of ['', '.', 'x', 'WzFd.', 'WzFd.AAAAAAAAAAAAAAAA', '💥', cursor.slice(1)]) {
      expect(
        nameOf(() => cursors.decode('entries:d1', made)),
        made,
      ).to.equal('InvalidInput');
    }
  });
});

describe('If-Match', () => {
  it('gives the version, or nothing for *', () => {
    expect(expectedVersion('"3"')).to.equal(3);
    expect(expectedVersion('*')).to.equal(undefined);
  });

  it('is required, and must be an ETag of ours', () => {
    expect(nameOf(() => expectedVersion(undefined))).to.equal('PreconditionRequired');
    for (const wrong of ['3', 'W/"3"', '"x"', '"1", "2"', '""']) {
      expect(
        nameOf(() => expectedVersion(wrong)),
        wrong,
      ).to.equal('InvalidInput');
    }
  });
});

describe('Idempotency-Key', () => {
  it('is 1 to 255 visible ASCII characters', () => {
    expect(['a', 'x'.repeat(255), '~!'].map(isIdempotencyKey)).to.deep.equal([true, true, true]);
    expect(['', 'x'.repeat(256), 'a b', 'é', 'a\n'].map(isIdempotencyKey)).to.not.include(true);
  });

  it('makes one id of one agent, operation and key, and it never changes', () => {
    expect(derivedId('agent-1', 'createEntry', 'key')).to.equal('16e6cd30-7133-81d2-9f21-a3c8abf7f47e');
    const ids = [
      derivedId('agent-1', 'createEntry', 'key'),
      derivedId('agent-2', 'createEntry', 'key'),
      derivedId('agent-1', 'createDiary', 'key'),
      derivedId('agent-1', 'createEntry', 'key2'),
      derivedId('agent-1', 'createEntry', 'key', 0),
      derivedId('agent-1', 'createEntry', 'key', 1),
    ];
    expect(new Set(ids).size).to.equal(ids.length);
    for (const id of ids) expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('compares bodies by what they say, not by how they are written', () => {
    expect(requestHash({ a: 1, b: [{ c: 2, d: 3 }] })).to.equal(requestHash({ b: [{ d: 3, c: 2 }], a: 1 }));
    expect(requestHash({ a: 1 })).to.not.equal(requestHash({ a: '1' }));
    expect(requestHash([1, 2])).to.not.equal(requestHash([2, 1]));
  });
});

describe('starting a workflow', () => {
  const signal = () => new AbortController().signal;
  const start = (result: Promise<string>) => async () => ({ workflowId: 'run/1', result });

  it('reads how long to wait', () => {
    expect(parsePrefer(undefined)).to.deep.equal({ waitMs: 5000, applied: undefined });
    expect(parsePrefer('return=minimal, wait=2')).to.deep.equal({ waitMs: 2000, applied: 'wait=2' });
    expect(parsePrefer('wait=9999')).to.deep.equal({ waitMs: 30_000, applied: 'wait=30' });
    expect(parsePrefer('respond-async')).to.deep.equal({ waitMs: 0, applied: 'respond-async' });
    expect(parsePrefer('wait=soon')).to.deep.equal({ waitMs: 5000, applied: undefined });
  });

  it('gives the result when it is there in time', async () => {
    const outcome = await startWorkflow(start(Promise.resolve('stored')), { prefer: 'wait=1', deadline: signal() });
    expect(outcome).to.deep.equal({
      done: true,
      value: 'stored',
      headers: { 'Workflow-Id': 'run/1', 'Preference-Applied': 'wait=1' },
    });
  });

  it('answers 202 with the place to look when it is not', async () => {
    const never = new Promise<string>(() => {
      // as a run on a dead database
    });
    const outcome = await startWorkflow(start(never), { prefer: 'respond-async', deadline: signal() });
    expect(outcome).to.deep.include({ done: false, status: 202 });
    expect(outcome.headers).to.include({ Location: '/workflows/run%2F1', 'Workflow-Id': 'run/1', 'Retry-After': '1' });
  });

  it('throws what the run failed with', async () => {
    const failed = start(Promise.reject(new Error('no such diary')));
    const error = await startWorkflow(failed, { prefer: undefined, deadline: signal() }).catch((e: unknown) => e);
    expect((error as Error).message).to.equal('no such diary');
  });
});
