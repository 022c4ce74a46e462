/**
 * What SET and the start-up packet put into a session (search_path, TimeZone, …), kept per connection although there is one
 * session: before a connection's turn the session gets that connection's settings, if it has others now. Costs nothing
 * while nobody sets anything, else 10 µs when the turn passes to a connection with other settings.
 */
import { SERVER } from './protocol.js';

/** PGlite has no timers, so these do nothing and are not worth a switch; neither is a name that only shows. */
const WITHOUT_EFFECT = [
  'application_name',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'lock_timeout',
  'statement_timeout',
  'transaction_timeout',
];
const NOT_SETTINGS: ReadonlySet<string> = new Set(['user', 'database', 'options', 'replication', ...WITHOUT_EFFECT]);

/** The settings as the SQL that makes them; two connections with the same SQL need no switch. */
export type Settings = string;
export const NO_SETTINGS: Settings = 'RESET ALL';

/** Reads what the session has now. Settings of SET LOCAL look the same, so it is for outside a transaction only. */
export const READ_SETTINGS = `SELECT name, setting FROM pg_settings
  WHERE source = 'session' AND name NOT IN (${WITHOUT_EFFECT.map((name) => `'${name}'`).join(', ')}) ORDER BY name`;

/** From the answer to READ_SETTINGS. */
export function settingsOfAnswer(answer: readonly Buffer[]): Settings {
  const rows: [string, string][] = [];
  const bytes = Buffer.concat(answer);
  for (let start = 0; start < bytes.length; start += 1 + bytes.readInt32BE(start + 1)) {
    if (bytes[start] === SERVER.dataRow) rows.push(readTwoColumns(bytes, start + 7));
  }
  return toSettings(rows);
}

/** A DataRow after its column count: for each column its length and its text. */
function readTwoColumns(bytes: Buffer, offset: number): [string, string] {
  const first = offset + 4;
  const second = first + bytes.readInt32BE(offset) + 4;
  return [
    bytes.toString('utf8', first, second - 4),
    bytes.toString('utf8', second, second + bytes.readInt32BE(second - 4)),
  ];
}

/** From a start-up packet: its own parameters and what `options` says in the way of a command line (`-c name=value`). */
export function settingsOfStartup(parameters: ReadonlyMap<string, string>): Settings {
  const isSetting = ([name]: [string, string]) => !NOT_SETTINGS.has(name) && !name.startsWith('_pq_.');
  return toSettings([...parameters, ...readOptions(parameters.get('options') ?? '')].filter(isSetting));
}

function readOptions(options: string): [string, string][] {
  const words = options.match(/(?:\\[\s\S]|[^\s\\])+/g) ?? [];
  const text = words.map((word) => word.replaceAll(/\\([\s\S])/g, '$1')).join('\0');
  return [...text.matchAll(/(?:^|\0)(?:-c\0?|--)([^=\0]+)=([^\0]*)/g)].map((match) => [
    match[1]!.replaceAll('-', '_'),
    match[2]!,
  ]);
}

function toSettings(settings: [string, string][]): Settings {
  const isDefault = ([name, value]: [string, string]) =>
    name === 'client_encoding' && /^utf-?8$|^unicode$/i.test(value);
  const calls = settings
    .filter((each) => !isDefault(each))
    .map(([name, value]) => `set_config(${quote(name)}, ${quote(value)}, false)`);
  return calls.length === 0 ? NO_SETTINGS : `${NO_SETTINGS}; SELECT ${calls.join(', ')}`;
}

/** An escape string, which means the same whatever standard_conforming_strings is. */
function quote(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
