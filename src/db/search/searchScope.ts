import type { Db } from '../database.js';
import { phrasePattern, type ParsedQuery } from '../../rules/parseSearchQuery.js';
import type { SearchRequest } from './searchTypes.js';

/** A condition with its named values, to be put after `where`. */
export interface Condition {
  sql: string;
  values: Record<string, unknown>;
}

/**
 * What may be found, as SQL over `entry_search s` and `entries e`. Every statement of a search is confined by it, so that
 * nothing outside is ranked, counted or used in a statistic.
 */
export interface SearchScope {
  diaryIds: string[];
  /** Over `s` and `e`: all filters. */
  condition: Condition;
  /** Whether the condition reads `e`: if not, the join is spared. */
  readsEntries: boolean;
  /** Whether anything but supersession narrows the diaries. */
  filtered: boolean;
  /** Groups of lexemes of which an entry has at least one of each; an index finds them. */
  required: string[][];
}

/** Lexemes of the query's parts, as the database makes them. */
export interface QueryLexemes {
  text: string[];
  phrases: string[][];
  excludedTerms: string[][];
}

export async function readQueryLexemes(db: Db, parsed: ParsedQuery): Promise<QueryLexemes> {
  // A phrase is matched without regard to case, so its lexemes must not depend on it; and it may begin or end within an
  // identifier, so whole identifiers in it need not be lexemes of the entry.
  const { rows } = await db.raw<{ rows: { lexemes: string[] }[] }>(
    `select tsvector_to_array(search_lexemes(body)) as lexemes
       from unnest(cast(:texts as text[])) with ordinality texts (body, n) order by n`,
    {
      texts: [parsed.text, ...parsed.phrases.map((phrase) => phrase.toLowerCase()), ...parsed.excludedTerms],
    },
  );
  const [text = [], ...rest] = rows.map(({ lexemes }) => lexemes);
  return {
    text,
    phrases: rest
      .slice(0, parsed.phrases.length)
      .map((lexemes) => lexemes.filter((lexeme) => !/[-_./@:+]/.test(lexeme))),
    excludedTerms: rest.slice(parsed.phrases.length).filter((lexemes) => lexemes.length > 0),
  };
}

export function describeScope(request: SearchRequest, parsed: ParsedQuery, lexemes: QueryLexemes): SearchScope {
  const { tags = {}, types, authorIds, createdAfter, createdBefore, signed } = request.filters ?? {};
  const required = [
    ...(tags.all ?? []).map((tag) => [`#${tag}`]),
    ...(tags.any ? [tags.any.map((tag) => `#${tag}`)] : []),
    ...lexemes.phrases.flatMap((phrase) => phrase.map((lexeme) => [lexeme])),
  ];
  const forbidden = [...(tags.none ?? []).map((tag) => [`#${tag}`]), ...lexemes.excludedTerms];
  const rows = [
    ...(types ? [{ sql: 'e.type = any(:types)', values: { types } }] : []),
    ...(authorIds ? [{ sql: 'e.author_id = any(cast(:authorIds as uuid[]))', values: { authorIds } }] : []),
    ...(createdAfter ? [{ sql: 'e.created_at >= :createdAfter', values: { createdAfter } }] : []),
    ...(createdBefore ? [{ sql: 'e.created_at < :createdBefore', values: { createdBefore } }] : []),
    ...(signed === undefined ? [] : [{ sql: `e.signature is ${signed ? 'not ' : ''}null`, values: {} }]),
    ...parsed.phrases.map((phrase, i) => phraseCondition(phrase, `phrase${i}`, '')),
    ...parsed.excludedPhrases.map((phrase, i) => phraseCondition(phrase, `excluded${i}`, 'not ')),
  ];
  const words = wordsCondition(required, forbidden);
  const conditions = [
    ...(request.includeSuperseded ? [] : [{ sql: 'not s.superseded', values: {} }]),
    ...(words ? [words] : []),
    ...rows,
  ];
  return {
    diaryIds: request.diaryIds,
    condition: {
      sql: conditions.map(({ sql }) => sql).join(' and ') || 'true',
      values: Object.assign({}, ...conditions.map(({ values }) => values)) as Record<string, unknown>,
    },
    readsEntries: rows.length > 0,
    filtered: rows.length > 0 || words !== undefined,
    required,
  };
}

function phraseCondition(phrase: string, name: string, not: '' | 'not '): Condition {
  return { sql: `${not}(e.content ~* :${name} or e.title ~* :${name})`, values: { [name]: phrasePattern(phrase) } };
}

/** One tsquery for all that lexemes decide: it costs a row about a microsecond. */
function wordsCondition(required: string[][], forbidden: string[][]): Condition | undefined {
  const wanted = required.map((group) => `(${group.map(quoteLexeme).join('|') || NOTHING})`);
  const unwanted = forbidden.map((group) => `!(${group.map(quoteLexeme).join('&')})`);
  const words = [...wanted, ...unwanted].join('&');
  return words === '' ? undefined : { sql: 's.lexemes @@ cast(:words as tsquery)', values: { words } };
}

/** A lexeme that no text has: separators never stand alone. */
const NOTHING = `'#'`;

/** As tsquery reads it: quoted, so that no character is an operator. */
export function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** SQL for the index keys of an array of lexemes in each of an array of diaries. */
export const keysIn = (lexemes: string, diaries: string): string => `
  select array(select unnest(search_keys(array_to_tsvector(cast(${lexemes} as text[])), diary))
                 from unnest(${diaries}) diary)`;

export const KEYS = 'search_keys(s.lexemes, s.diary_id)';

/** SQL for `s` having one lexeme of each required group, by the index; `requiredValues` are its values. */
export const requiredSql = (scope: SearchScope, diaries: string): string =>
  scope.required.map((_, i) => `${KEYS} && (${keysIn(`:required${i}`, diaries)})`).join(' and ');

export const requiredValues = (scope: SearchScope): Record<string, unknown> =>
  Object.fromEntries(scope.required.map((group, i) => [`required${i}`, group]));
