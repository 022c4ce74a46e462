import { log } from '../../telemetry.js';
import { relationOf } from '../../rules/namespaces.js';
import type { Db } from '../database.js';
import type { TupleRow } from '../relationTuples.js';
import { isSettled, WANTED } from './wantedTuples.js';

const COLUMNS = 'namespace, object, relation, subject_namespace, subject_object, subject_relation';
const RECORDS = `jsonb_to_recordset(cast(:tuples as jsonb)) as r(${COLUMNS.replaceAll(',', ' text,')} text)`;
const KEEP_DAYS = 30;
/** What a report shows of each kind of difference. */
const SAMPLE = 20;

/** Begins a comparison, or begins it again; what one that never ended has seen is forgotten, and old reports are. */
export async function startComparison(db: Db, id: string): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.raw('delete from tuple_sightings where comparison <> ?', [id]);
    await trx.raw(`delete from tuple_comparisons where started_at < now() - ? * interval '1 day'`, [KEEP_DAYS]);
    await trx('tuple_comparisons').insert({ id }).onConflict('id').ignore();
  });
}

/** Keeps what was seen at the identity service; a tuple that is there twice, or seen twice, is kept once. */
export async function storeSightings(db: Db, comparison: string, tuples: TupleRow[]): Promise<void> {
  await db.raw(
    `insert into tuple_sightings (comparison, ${COLUMNS}) select :comparison, ${COLUMNS} from ${RECORDS}
     on conflict do nothing`,
    { comparison, tuples: JSON.stringify(tuples) },
  );
}

/** Tuples that were seen and that nothing asks for, now and for all that is about to be mirrored. */
export async function listExtra(db: Db, comparison: string, limit: number): Promise<TupleRow[]> {
  return db.transaction(async (trx) => {
    await joinByHash(trx);
    const { rows } = await trx.raw<{ rows: TupleRow[] }>(
      `select ${COLUMNS} from tuple_sightings s where comparison = :comparison
         and not exists (select 1 from (${WANTED}) w where (${of('w')}) = (${of('s')})) and ${isSettled('s')}
       order by ${COLUMNS} limit :limit`,
      { comparison, limit },
    );
    return rows;
  });
}

/**
 * Nothing is known yet of what was just stored, and the planner takes it for little: comparing each row with each, 20,000 of
 * both took a minute.
 */
async function joinByHash(trx: Db): Promise<void> {
  await trx.raw('set local enable_nestloop = off');
}

/** Counts these as removed, each once. */
export async function countExtra(db: Db, comparison: string, tuples: TupleRow[]): Promise<void> {
  await db.raw(
    `with gone as (
       delete from tuple_sightings where comparison = :comparison and (${COLUMNS}) in (select ${COLUMNS} from ${RECORDS})
       returning ${COLUMNS}
     )
     update tuple_comparisons set extra = extra + (select count(*) from gone),
       sample = case when extra >= ${SAMPLE} then sample else sample || coalesce(
         (select jsonb_agg(jsonb_build_object('kind', 'extra', 'tuple', to_jsonb(shown)))
          from (select * from gone order by ${COLUMNS} limit ${SAMPLE}) shown), '[]') end
     where id = :comparison`,
    { comparison, tuples: JSON.stringify(tuples) },
  );
}

/**
 * Marks everything as behind whose tuples were not seen, so that it is mirrored again, and answers how many tuples that
 * were. One transaction; run twice, the second answers the same and marks nothing.
 */
export async function requeueMissing(db: Db, comparison: string): Promise<number> {
  return db.transaction(async (trx) => {
    const [known] = (await trx('tuple_comparisons').where({ id: comparison }).select('missing')) as {
      missing: number | null;
    }[];
    if (known?.missing != null) return known.missing;
    await joinByHash(trx);
    const { rows } = await trx.raw<{ rows: [{ missing: number }] }>(
      `with missing as materialized (
         select w.* from (${WANTED}) w where ${isSettled('w')}
           and not exists (select 1 from tuple_sightings s where s.comparison = :comparison and (${of('s')}) = (${of('w')}))
       ), diary as (
         update diaries d set tuples_synced = 0 from missing m
         where m.namespace = 'Diary' and m.relation in ('${relationOf('owner')}', '${relationOf('visitor')}')
           and d.id = m.object::uuid
       ), grants as (
         update diary_grants g set synced_version = 0 from missing m
         where m.namespace = 'Diary' and m.relation not in ('${relationOf('owner')}', '${relationOf('visitor')}')
           and g.diary_id = m.object::uuid and g.agent_id = m.subject_object::uuid
       ), agent as (
         update agents a set tuples_synced = 0 from missing m where m.namespace = 'Network' and a.id = m.subject_object::uuid
       )
       update tuple_comparisons set missing = (select count(*) from missing), sample = sample || coalesce(
         (select jsonb_agg(jsonb_build_object('kind', 'missing', 'tuple', to_jsonb(shown)))
          from (select * from missing order by ${COLUMNS} limit ${SAMPLE}) shown), '[]')
       where id = :comparison returning missing`,
      { comparison },
    );
    return rows[0].missing;
  });
}

/** Ends a comparison and lets go of what it has seen. A difference is told in the log: somebody wrote there, or lost it. */
export async function finishComparison(db: Db, comparison: string, error: string | null): Promise<void> {
  const { rows } = await db.raw<{ rows: { missing: number | null; extra: number; listed: number }[] }>(
    `with seen as (delete from tuple_sightings where comparison = :comparison returning 1)
     update tuple_comparisons set finished_at = now(), listed = (select count(*) from seen) + extra
       ${error === null ? '' : ', error = :error'}
     where id = :comparison and finished_at is null returning missing, extra, listed`,
    { comparison, ...(error === null ? {} : { error }) },
  );
  const [found] = rows;
  if (found && ((found.missing ?? 0) > 0 || found.extra > 0)) {
    log.warn('The tuples at the identity service differed from the grants here, and are set right', { ...found });
  }
}

function of(alias: string): string {
  return COLUMNS.split(', ')
    .map((column) => `${alias}.${column}`)
    .join(', ');
}
