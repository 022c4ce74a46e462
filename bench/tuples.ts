/**
 * What relation tuples cost: a check at 200,000 tuples, by the evaluation alone and through the port over HTTP, and how fast
 * 10,000 grants are mirrored and compared. `node dist/bench/tuples.js` on TEST_DATABASE_URL or the embedded database; prints
 * a table and writes bench/results/tuples.json.
 */
import { listBehind } from '../src/db/tuples/mirrorState.js';
import { checkTuple } from '../src/embedded/identity/checkTuple.js';
import { NAMESPACES } from '../src/rules/namespaces.js';
import { compareTuples } from '../src/workflows/compareTuples.js';
import { syncTuples } from '../src/workflows/syncTuples.js';
import { subject, tuple } from '../test/support/tuplePort.js';
import { startWorld } from '../test/support/world.js';
import { measureRate, round, writeResults, type Rate } from './measure.js';

const DIARIES = 60_000;
const MEMBERS = 20_000;
const CHECKS = 1_000;
const GRANTS = 10_000;

const world = await startWorld();
const { db, ports } = world;

/** Each diary has an owner, a reader and the network as its visitors: 200,000 tuples with the network's members. */
await db.raw(
  `insert into relation_tuples
   select 'Network', 'moltnet', 'members', 'Agent', 'a' || i, '' from generate_series(1, :members) i
   union all
   select 'Diary', 'd' || i, r.relation, r.namespace, coalesce(r.object, 'a' || (i * 7 + r.shift) % :members + 1), r.set
   from generate_series(1, :diaries) i,
     (values ('owners', 'Agent', null, '', 0), ('readers', 'Agent', null, '', 1), ('visitors', 'Network', 'moltnet', 'members', 0))
       r (relation, namespace, object, set, shift)`,
  { members: MEMBERS, diaries: DIARIES },
);
await db.raw('analyze relation_tuples');

const diary = (i: number) => `d${((i * 7_919) % DIARIES) + 1}`;
const agent = (i: number) => `a${((i * 104_729) % MEMBERS) + 1}`;
const asked = {
  'read by a member: diary, network, agent (3 hops)': (i: number) =>
    tuple('Diary', diary(i), 'read', subject('Agent', agent(i))),
  'read by a stranger: all of it looked at, denied': (i: number) =>
    tuple('Diary', diary(i), 'read', subject('Agent', `x${i}`)),
  'deleted by a stranger: one relation, denied': (i: number) =>
    tuple('Diary', diary(i), 'deleteDiary', subject('Agent', `x${i}`)),
};

const table: ({ what: string; callers: number } & Rate)[] = [];
for (const [what, make] of Object.entries(asked)) {
  for (const callers of [1, 20]) {
    const alone = (i: number) => {
      const { subject: who, ...of } = make(i);
      return checkTuple(db, NAMESPACES, { of, subject: who as ReturnType<typeof subject>, maxDepth: 5 });
    };
    await measureRate(100, callers, alone);
    table.push({ what, callers, ...(await measureRate(CHECKS, callers, alone)) });
    const overHttp = (i: number) => ports.identity.tuples.check(make(i));
    await measureRate(100, callers, overHttp);
    table.push({ what: `${what}, over HTTP`, callers, ...(await measureRate(CHECKS, callers, overHttp)) });
  }
}
console.table(
  table.map((row) => ({ ...row, perSecond: round(row.perSecond), p50Ms: round(row.p50Ms), p99Ms: round(row.p99Ms) })),
);

/** Once over, in seconds. */
async function time(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return round((performance.now() - from) / 1_000);
}

await db.raw('truncate relation_tuples');
const owner = await world.agent();
const shared = await world.diary(owner);
await db.raw(
  `with made as (
     insert into agents (id, key_id, fingerprint)
     select gen_random_uuid(), md5(i::text) || md5(i::text || 'x'),
       regexp_replace(upper(left(md5(i::text), 16)), '(....)(....)(....)(....)', '\\1-\\2-\\3-\\4')
     from generate_series(1, :grants) i returning id
   )
   insert into diary_grants (diary_id, agent_id, role, version, changed_by, changed_at)
   select :shared, id, 'reader', 1, :owner, now() from made`,
  { grants: GRANTS, shared, owner: owner.agentId },
);
let minute = 0;
const tick = () => new Date(Date.UTC(2026, 0, 1) + 60_000 * minute++);
const mirrorSeconds = await time(async () => {
  while ((await listBehind(db, 1)).length > 0) await syncTuples(tick());
});
const compareSeconds = await time(() => compareTuples(tick()));
const mirror = { grants: GRANTS, agents: GRANTS, mirrorSeconds, compareSeconds };
console.table([mirror]);
await writeResults('tuples', { checks: table, mirror });
await world.stop();
