import { readFile } from 'node:fs/promises';
import type { Db } from './database.js';

/**
 * The application's schema as SQL text, made from the catalog: the same text for the same schema, whatever Postgres made
 * it, so that files and databases can be compared line by line. What extensions and migrators own is left out, and so
 * are partitions, which come and go with embedding models.
 */
const EXPECTED = new URL('../../migrations/schema.sql', import.meta.url);
const NOT_OURS = ['knex_migrations', 'knex_migrations_lock', 'migration_lock'];

const OWN = (catalog: string, oid: string): string =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;

const COLUMNS = `
  select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
    a.attidentity as identity, a.attgenerated as generated, pg_get_expr(ad.adbin, ad.adrelid) as expression,
    pg_get_partkeydef(c.oid) as "partitionKey", c.relpersistence = 'u' as unlogged
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef ad on ad.adrelid = c.oid and ad.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and c.relname <> all(?) and ${OWN('pg_class', 'c.oid')}
  order by c.relname collate "C", a.attnum`;

const CONSTRAINTS = `
  select c.relname as "table", con.conname as name, pg_get_constraintdef(con.oid) as definition
  from pg_constraint con join pg_class c on c.oid = con.conrelid
  where c.relnamespace = 'public'::regnamespace and not c.relispartition and con.contype in ('p', 'u', 'c', 'f', 'x')
    and c.relname <> all(?) and ${OWN('pg_class', 'c.oid')}
  order by c.relname collate "C", array_position('{p,u,c,f,x}'::"char"[], con.contype), con.conname collate "C"`;

const INDEXES = `
  select pg_get_indexdef(i.indexrelid) as definition
  from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
  where c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname <> all(?)
    and not exists (select from pg_constraint con where con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x'))
    and ${OWN('pg_class', 'c.oid')}
  order by c.relname collate "C", x.relname collate "C"`;

const FUNCTIONS = `
  select pg_get_functiondef(p.oid) as definition
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p') and ${OWN('pg_proc', 'p.oid')}
  order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;

const TRIGGERS = `
  select pg_get_triggerdef(t.oid) as definition
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and not c.relispartition and c.relname <> all(?)
    and ${OWN('pg_class', 'c.oid')}
  order by c.relname collate "C", t.tgname collate "C"`;

const EXTENSIONS = `
  select 'create extension ' || quote_ident(extname) as definition from pg_extension where extname <> 'plpgsql'
  order by extname collate "C"`;

type Column = {
  table: string;
  name: string;
  type: string;
  required: boolean;
  identity: '' | 'a' | 'd';
  generated: '' | 's' | 'v';
  expression: string | null;
  partitionKey: string | null;
  unlogged: boolean;
};
type Constraint = { table: string; name: string; definition: string };

function columnLine({ name, type, required, identity, generated, expression }: Column): string {
  const parts = [name, type];
  if (required) parts.push('not null');
  if (identity) parts.push(`generated ${identity === 'a' ? 'always' : 'by default'} as identity`);
  else if (generated) parts.push(`generated always as (${expression}) ${generated === 's' ? 'stored' : 'virtual'}`);
  else if (expression !== null) parts.push(`default ${expression}`);
  return parts.join(' ');
}

function tableText(table: string, columns: Column[], constraints: Constraint[]): string {
  const lines = [
    ...columns.map(columnLine),
    ...constraints.map(({ name, definition }) => `constraint ${name} ${definition}`),
  ];
  const partitioning = columns[0]?.partitionKey ? ` partition by ${columns[0].partitionKey}` : '';
  const kind = columns[0]?.unlogged ? 'unlogged table' : 'table';
  return `create ${kind} ${table} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)${partitioning};`;
}

async function definitions(db: Db, query: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { definition: string }[] }>(query, query.includes('?') ? [NOT_OURS] : []);
  return rows.map((row) => `${row.definition.replace(/\s+$/gm, '')};`);
}

/** Describes extensions, tables, indexes, functions and triggers of the schema `public`, in this order. */
export async function describeSchema(db: Db): Promise<string> {
  const { rows: columns } = await db.raw<{ rows: Column[] }>(COLUMNS, [NOT_OURS]);
  const { rows: constraints } = await db.raw<{ rows: Constraint[] }>(CONSTRAINTS, [NOT_OURS]);
  const tables = [...new Set(columns.map((column) => column.table))].map((table) =>
    tableText(
      table,
      columns.filter((column) => column.table === table),
      constraints.filter((constraint) => constraint.table === table),
    ),
  );
  const parts = [
    ...(await definitions(db, EXTENSIONS)),
    ...tables,
    ...(await definitions(db, INDEXES)),
    ...(await definitions(db, FUNCTIONS)),
    ...(await definitions(db, TRIGGERS)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The schema that the migrations make, as the build knows it. */
export async function readExpectedSchema(): Promise<string> {
  const text = await readFile(EXPECTED, 'utf8');
  return text.replace(/^(--.*\n)+\n?/, '');
}
