import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import type { Db } from '../../../src/db/database.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { insertDiary, insertEntries, type TestDiary } from '../../support/entries.js';

describe('The lexemes of an entry', () => {
  let database: FreshDatabase;
  let db: Db;
  let diary: TestDiary;

  before(async () => {
    database = await freshDatabase();
    db = database.db;
    diary = await insertDiary(db);
  });
  after(() => database.drop());

  async function lexemesOf(text: string): Promise<string[]> {
    const { rows } = await db.raw('select tsvector_to_array(search_lexemes(?)) as lexemes', [text]);
    return rows[0].lexemes;
  }

  async function insertText(content: string): Promise<string> {
    const [id = ''] = await insertEntries(db, diary, [{ content }]);
    return id;
  }

  const rowOf = (entryId: string) => db('entry_search').where('entry_id', entryId).first();

  it('hold a path whole, its last segment whole, and its parts', async () => {
    expect(await lexemesOf('see src/db/read-rows.ts:12')).to.include.members([
      'src/db/read-rows.ts:12',
      'read-rows.ts:12',
      'src',
      'db',
      'row',
    ]);
  });

  it('hold error codes, versions, addresses and UUIDs whole and in parts', async () => {
    const uuid = randomUUID();
    const lexemes = await lexemesOf(`ERR_CONN_REFUSED v1.2.3-beta ada@example.org ${uuid}`);
    expect(lexemes).to.include.members(['err_conn_refused', 'refus', 'v1.2.3-beta', 'beta', 'ada@example.org', 'ada']);
    expect(lexemes).to.include.members([uuid, uuid.slice(0, 8)]);
  });

  it('hold camelCase as one word and by its humps', async () => {
    expect(await lexemesOf('parseHTTPResponse')).to.include.members(['parsehttprespons', 'pars', 'http', 'respons']);
  });

  it('do not lose what stands between angle brackets', async () => {
    expect(await lexemesOf('Map<String, Widget> &amp; <Panel>')).to.include.members(['string', 'widget', 'panel']);
  });

  it('ignore the case of letters beyond ASCII', async () => {
    expect(await lexemesOf('ÉCOLE ДИВАН')).to.deep.equal(await lexemesOf('école диван'));
  });

  it('hold characters and pairs of scripts without spaces, and emoji', async () => {
    expect(await lexemesOf('使用数据库 🚀')).to.include.members(['数', '数据', '据库', '🚀']);
  });

  it('weigh the title above tags above content, and hold each tag whole', async () => {
    const { rows } = await db.raw(`select entry_lexemes('alpha', array['beta gamma'], 'delta')::text as lexemes`);
    expect(rows[0].lexemes).to.include("'#beta gamma'").and.include("'alpha':1A");
    expect(rows[0].lexemes).to.include("'beta':2B").and.include("'delta':4");
  });

  const EXTREMES: [string, string][] = [
    ['punctuation', '.-_/@!?'.repeat(14_285)],
    ['emoji', '😀🚀'.repeat(50_000)],
    ['one word', 'x'.repeat(100_000)],
    ['quotes and backslashes', `'\\"`.repeat(33_333)],
    ['one identifier', 'ab.'.repeat(33_333)],
    ['camelCase', 'aB'.repeat(50_000)],
    ['combining marks', 'e\u0301\u200d'.repeat(33_333)],
    [
      'distinct Han characters',
      Array.from({ length: 100_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join(''),
    ],
    [
      'distinct ideographs beyond the first plane',
      Array.from({ length: 100_000 }, (_, i) => String.fromCodePoint(0x20000 + ((i * 7919) % 42_000))).join(''),
    ],
    [
      'distinct short words',
      Array.from({ length: 25_000 }, (_, i) => i.toString(36))
        .join(' ')
        .slice(0, 100_000),
    ],
    [
      'distinct words of astral letters',
      Array.from({ length: 33_000 }, (_, i) => String.fromCodePoint(0x10400 + (i % 40), 0x10428 + (i % 37)))
        .join('.')
        .slice(0, 130_000),
    ],
  ];
  for (const [name, content] of EXTREMES) {
    it(`are made of 100,000 characters of ${name}`, async () => {
      const id = await insertText([...content].slice(0, 100_000).join(''));
      expect(await rowOf(id)).to.include({ diary_id: diary.id, superseded: false });
    });
  }

  it('follow the entry: an edit, a supersession, an erasure', async () => {
    const id = await insertText('the ferry was late');
    const successor = await insertText('successor');
    await db('entries').where({ id }).update({ content: 'the train was late' });
    expect((await rowOf(id)).lexemes)
      .to.include('train')
      .and.not.include('ferri');
    await db('entries').where({ id }).update({ superseded_by: successor });
    expect((await rowOf(id)).superseded).to.equal(true);
    await db('entries')
      .where({ id })
      .update({
        ...{ title: null, content: null, tags: null, salt: null, text_hash: null, request_hash: null },
        erased_at: db.fn.now(),
      });
    expect(await rowOf(id)).to.equal(undefined);
  });

  it('are left alone by an update of anything else', async () => {
    const id = await insertText('constant');
    const [before] = await db('entry_search').where('entry_id', id).select(db.raw('xmin::text as xmin'));
    await db('entries').where({ id }).update({ run_id: 'another', version: 2 });
    const [after] = await db('entry_search').where('entry_id', id).select(db.raw('xmin::text as xmin'));
    expect(after).to.deep.equal(before);
  });
});
