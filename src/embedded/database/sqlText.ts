/** Reads just enough SQL to recognise the few commands whose effect is on the connection and not on the data. */

/** What can hide a keyword: strings, quoted identifiers, dollar quotes, comments (nested ones by hand, below). */
const OPAQUE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([a-z_][a-z0-9_]*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*/gi;
/** No SQL text can hold it. */
const QUOTED_SEMICOLON = '\0';

/**
 * The statements of a text, trimmed, without comments, strings emptied; quoted identifiers stay. Escape strings (`E'\''`) may
 * be cut wrongly: the cost is a command that is not recognised, never one that is not run.
 */
export function splitStatements(sql: string): string[] {
  return withoutOpaque(sql)
    .split(';')
    .map((statement) => statement.replaceAll(QUOTED_SEMICOLON, ';').trim())
    .filter((statement) => statement !== '');
}

function withoutOpaque(sql: string): string {
  let plain = '';
  let from = 0;
  OPAQUE.lastIndex = 0;
  for (let match = OPAQUE.exec(sql); match; match = OPAQUE.exec(sql)) {
    plain += sql.slice(from, match.index) + replacementOf(match[0]);
    from = match[0] === '/*' ? endOfComment(sql, match.index) : OPAQUE.lastIndex;
    OPAQUE.lastIndex = from;
  }
  return plain + sql.slice(from);
}

function replacementOf(opaque: string): string {
  if (opaque.startsWith('"')) return opaque.replaceAll(';', QUOTED_SEMICOLON);
  return opaque.startsWith('--') || opaque === '/*' ? ' ' : "''";
}

/** Comments nest in Postgres. */
function endOfComment(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(sql); match; match = edge.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

export interface ListenCommand {
  readonly kind: 'listen' | 'unlisten';
  /** undefined stands for all. */
  readonly channel: string | undefined;
}

const LISTEN = /^(un)?listen\s+(?:"((?:[^"]|"")+)"|(\*)|([^\s"*]+))$/i;

export function findListenCommands(sql: string): ListenCommand[] {
  if (!/listen/i.test(sql)) return [];
  return splitStatements(sql).flatMap((statement) => {
    const match = LISTEN.exec(statement);
    if (!match) return [];
    const channel = match[3] ? undefined : (match[2]?.replaceAll('""', '"') ?? match[4]!.toLowerCase());
    return [{ kind: match[1] ? 'unlisten' : 'listen', channel }];
  });
}

/** Whether the whole text is one COPY … FROM STDIN: then the client waits to be asked for the data. */
export function isCopyFromStdin(sql: string): boolean {
  if (!/^\s*(?:copy\b|--|\/\*)/i.test(sql)) return false;
  const statements = splitStatements(sql);
  return statements.length === 1 && /^copy\b[\s\S]*\bfrom\s+stdin\b/i.test(statements[0]!);
}

/** Whether a setting may outlive its transaction: not by SET LOCAL, nor by the settings of one transaction. */
export function changesSession(sql: string): boolean {
  return splitStatements(sql).some((statement) =>
    /^(?:reset|discard|set\s+(?!local\b|transaction\b|constraints\b))/i.test(statement),
  );
}
