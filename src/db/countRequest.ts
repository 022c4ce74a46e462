import type { Db } from './database.js';

/** How many requests a window has seen, this one included, and how long it lasts. */
export interface Window {
  count: number;
  secondsLeft: number;
}

/**
 * Counts a request; one statement, by the database's clock, so that processes whose own clocks differ share one window. Of
 * many at once each gets its own number. Ten windows that have passed go with each call, so the table cleans itself.
 */
export async function countRequest(db: Db, key: string, seconds: number): Promise<Window> {
  const { rows } = await db.raw<{ rows: [Window] }>(
    `with counted as (
       insert into rate_limits as r (key, window_ends) values (:key, now() + make_interval(secs => :seconds))
       on conflict (key) do update set
         count = case when r.window_ends <= now() then 1 else least(r.count, 2000000000) + 1 end,
         window_ends = case when r.window_ends <= now() then excluded.window_ends else r.window_ends end
       returning count, window_ends
     ), passed as (
       delete from rate_limits where key in (
         select key from rate_limits where window_ends < now() and key <> :key
         order by window_ends limit 10 for update skip locked
       )
     )
     select count, greatest(1, ceil(extract(epoch from window_ends - now()))::int) as "secondsLeft" from counted`,
    { key, seconds },
  );
  return rows[0];
}
