import { randomUUID } from 'node:crypto';
import { type Db, openDatabase } from '../../src/db/database.js';
import { migrate } from '../../src/db/migrate.js';
import { setPorts } from '../../src/ports/index.js';
import { APP_VERSION, launchDbos, stopDbos } from '../../src/runtime/dbos.js';
import { startExecutor } from '../../src/runtime/executors.js';
import { log } from '../../src/telemetry.js';
import type { ScheduleSettings } from '../../src/workflows/schedules.js';
import { emptyDatabase } from './emptyDatabase.js';
import { createFixtureTables, setFixture } from './fixtureWorkflows.js';

export type Launched = {
  url: string;
  db: Db;
  executorId: string;
  /** Launches DBOS again on the same database, as after a deploy. */
  relaunch(schedules: readonly ScheduleSettings[]): Promise<void>;
  stop(): Promise<void>;
};

/** A migrated database with DBOS launched on it in this process, and the fixture's tables. */
export async function launched(schedules: readonly ScheduleSettings[] = []): Promise<Launched> {
  const database = await emptyDatabase();
  await migrate({ databaseUrl: database.url });
  const db = openDatabase(database.url, { max: 5 });
  await createFixtureTables(db);
  const executorId = `test-${randomUUID()}`;
  setFixture({ db, executor: executorId });
  setPorts({ db, systemDb: db } as Parameters<typeof setPorts>[0]);
  const executor = await startExecutor({
    db,
    id: executorId,
    appVersion: APP_VERSION,
    queues: [],
    embedded: false,
    log,
  });
  const launch = (given: readonly ScheduleSettings[]): Promise<void> =>
    launchDbos({ systemDatabaseUrl: database.url, executorId, log, embedded: false, schedules: given });
  await launch(schedules);
  return {
    url: database.url,
    db,
    executorId,
    async relaunch(given) {
      await stopDbos({ drainMs: 5_000 });
      await launch(given);
    },
    async stop() {
      await stopDbos({ drainMs: 5_000 });
      await executor.stop();
      await db.destroy();
      await database.drop();
    },
  };
}
