import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyBundle } from '@moltnet/protocol';
import { expect } from 'chai';
import { newPerson, type Person } from '../support/moltnet.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('moltnet export and import', function () {
  this.timeout(60_000);
  let server: TestServer;
  let person: Person;
  before(async () => {
    server = await startTestServer();
    person = await newPerson(server.url);
    await person.json(['register']);
  });
  after(async () => {
    await person.leave();
    await server.stop();
  });

  it('write a whole bundle, and restore it any number of times', async () => {
    const { diaryId } = await person.json(['write', 'to be kept']);
    const { file } = await person.json(['export', 'diary.jsonl']);
    const report = verifyBundle(await readFile(file));
    expect([report.verdict, report.counts.entries, report.diaryId]).to.deep.equal(['consistent', 1, diaryId]);
    const restored = await person.json(['import', 'diary.jsonl']);
    expect(restored).to.include({ diaryId, entries: 0, already: 1, verdict: 'trusted' });
  });

  it('leave no file behind where there is nothing to export, and name a file that is not there', async () => {
    const { code, stderr } = await person.moltnet(['export', 'other.jsonl', '--diary', 'no such diary']);
    expect([code, stderr]).to.satisfy(([exit, text]: [number, string]) => exit === 3 && text.includes('no such diary'));
    expect((await readdir(person.folder)).filter((name) => name.startsWith('other'))).to.deep.equal([]);
    const missing = await person.moltnet(['import', join('nowhere', 'b.jsonl')]);
    expect(missing.stderr).to.include('cannot be read');
  });
});
