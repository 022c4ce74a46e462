import type { ConsolidationPolicy } from '../../rules/consolidation/run.js';
import type { Db } from '../database.js';

export interface DueDiary {
  diaryId: string;
  policy: ConsolidationPolicy;
}

/**
 * Diaries whose policy says that it is time: enough episodic entries since the last run began, or fewer that have waited
 * long enough. What a run kept is not new any more, so that a diary of notes without company is not looked at for ever.
 */
export async function findDueDiaries(db: Db, limit: number): Promise<DueDiary[]> {
  const { rows } = await db.raw<{ rows: DueDiary[] }>(
    `select d.id as "diaryId", d.policy -> 'consolidation' as policy
     from diaries d
     left join lateral (
       select r.started_at, r.state from consolidation_runs r where r.diary_id = d.id and not r.dry_run
       order by r.started_at desc limit 1) last on true
     cross join lateral (
       select count(*) as count, min(created_at) as oldest from (
         select e.created_at from entries e
         where e.diary_id = d.id and e.type = 'episodic' and e.erased_at is null and e.superseded_by is null
           and e.created_at > coalesce(last.started_at, '-infinity')
         order by e.created_at desc limit (d.policy #>> '{consolidation,minNew}')::int) newest) fresh
     where d.deleted_at is null and d.policy @> '{"consolidation": {"enabled": true}}'
       and last.state is distinct from 'running'
       and (fresh.count >= (d.policy #>> '{consolidation,minNew}')::int
         or fresh.count >= (d.policy #>> '{consolidation,minSize}')::int
           and fresh.oldest < now() - make_interval(hours => (d.policy #>> '{consolidation,maxAgeHours}')::int))
     order by fresh.oldest, d.id limit ?`,
    [limit],
  );
  return rows;
}
