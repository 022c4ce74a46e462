import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Db } from '../../src/db/database.js';
import { until } from './until.js';

/**
 * Workflows for tests of the runtime. Their effects are rows keyed by the input, as every database step's are here;
 * `attempts` counts what really ran. A closed gate holds the step in the middle.
 */
export async function createFixtureTables(db: Db): Promise<void> {
  await db.raw(`
    create table effects (key text primary key, executor text not null);
    create table attempts (id bigint generated always as identity, key text not null, executor text not null);
    create table gates (name text primary key, open boolean not null);
    create index on attempts (key)`);
}

let db: Db;
let executor: string;

export function setFixture(given: { db: Db; executor: string }): void {
  ({ db, executor } = given);
}

async function applyEffect(key: string): Promise<'applied' | 'already'> {
  await db('attempts').insert({ key, executor });
  const inserted = await db('effects').insert({ key, executor }).onConflict('key').ignore().returning<unknown[]>('key');
  return inserted.length > 0 ? 'applied' : 'already';
}

async function passGate(name: string, key: string): Promise<void> {
  await applyEffect(key);
  await until(async () => {
    const gate: { open: boolean } | undefined = await db('gates').where({ name }).first();
    return gate?.open ?? true;
  });
}

async function failWhileClosed(name: string): Promise<void> {
  await db('attempts').insert({ key: `fail:${name}`, executor });
  const gate: { open: boolean } | undefined = await db('gates').where({ name }).first();
  if (gate?.open) return;
  throw Object.assign(new Error(`the gate ${name} is closed`), { name: 'EmbedderUnavailable' });
}

/** Three effects, `<key>:1` to `<key>:3`; the second waits inside its step while the gate is closed. */
export const threeSteps = DBOS.registerWorkflow(
  async (key: string, gate: string) => {
    await DBOS.runStep(() => applyEffect(`${key}:1`), { name: 'first' });
    await DBOS.runStep(() => passGate(gate, `${key}:2`), { name: 'second' });
    return DBOS.runStep(() => applyEffect(`${key}:3`), { name: 'third' });
  },
  { name: 'fixtureThreeSteps', maxRecoveryAttempts: 5 },
);

/** One effect, then a caught failure, then a step that fails with EmbedderUnavailable while the gate is closed. */
export const failing = DBOS.registerWorkflow(
  async (key: string, gate: string) => {
    await DBOS.runStep(() => applyEffect(`${key}:1`), { name: 'first' });
    await DBOS.runStep(() => Promise.reject(new Error('caught')), { name: 'caught' }).catch(() => undefined);
    await DBOS.runStep(() => failWhileClosed(gate), { name: 'mayFail' });
    return DBOS.runStep(() => applyEffect(`${key}:2`), { name: 'last' });
  },
  { name: 'fixtureFailing', maxRecoveryAttempts: 5 },
);

/** What the clock starts in tests: notes when it began and ended, and waits at the gate between. */
export const ticking = DBOS.registerWorkflow(
  async (at: Date) => {
    await DBOS.runStep(() => applyEffect(`tick:${at.toISOString()}:begin`), { name: 'begin' });
    await DBOS.runStep(() => passGate('tick', `tick:${at.toISOString()}:gate`), { name: 'gate' });
    await DBOS.runStep(() => applyEffect(`tick:${at.toISOString()}:end`), { name: 'end' });
  },
  { name: 'fixtureTicking', maxRecoveryAttempts: 5 },
);

/** Starts `failing` as a child under the id `child`, and waits for it. */
export const waiting = DBOS.registerWorkflow(
  async (child: string) => {
    const handle = await DBOS.startWorkflow(failing, { workflowID: child })(child, child);
    return handle.getResult();
  },
  { name: 'fixtureWaiting', maxRecoveryAttempts: 5 },
);
