import { randomUUID } from 'node:crypto';
import type { Db } from '../src/db/database.js';
import { insertDiary, insertEntries, type TestDiary } from '../test/support/entries.js';
import { makeCorpus } from './corpus.js';

export interface WriteCost {
  batch: number;
  /** Milliseconds an entry of about 2 KB, with what search keeps of it. */
  withSearchMs: number;
  withoutMs: number;
}

const ROUNDS = 5;
const PER_ROUND = 1_000;
const CHARACTERS = 2_000;

/** What storing an entry costs with the search triggers and without, in alternating rounds; medians. */
export async function measureWrites(db: Db): Promise<WriteCost[]> {
  const diary = await insertDiary(db);
  const texts = makeTexts();
  await insertRound(db, diary, texts, 500);
  const costs: WriteCost[] = [];
  for (const batch of [1, 500]) {
    const [on, off]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      on.push(await insertRound(db, diary, texts, batch));
      await db.raw('alter table entries disable trigger entries_insert_search');
      off.push(await insertRound(db, diary, texts, batch));
      await db.raw('alter table entries enable trigger entries_insert_search');
    }
    costs.push({ batch, withSearchMs: median(on), withoutMs: median(off) });
  }
  return costs;
}

function makeTexts(): string[] {
  const corpus = makeCorpus(77);
  return Array.from({ length: PER_ROUND }, (_, index) => {
    let text = '';
    for (let i = index; text.length < CHARACTERS; i += PER_ROUND) text += `${corpus.entryOf(i).content}\n`;
    return text.slice(0, CHARACTERS);
  });
}

async function insertRound(db: Db, diary: TestDiary, texts: string[], batch: number): Promise<number> {
  const started = performance.now();
  for (let at = 0; at < texts.length; at += batch) {
    const some = texts.slice(at, at + batch);
    await insertEntries(
      db,
      diary,
      some.map((content) => ({ id: randomUUID(), title: 'a title of it', content })),
    );
  }
  return (performance.now() - started) / texts.length;
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
