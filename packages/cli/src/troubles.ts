import type { Schemas } from '@moltnet/sdk';
import type { Page } from './page.js';
import { idsOf, rootCause } from './runText.js';
import { shortTime } from './times.js';

/** Runs that are in trouble for one cause, the newest named. */
export interface TroubleGroup {
  state: 'failed' | 'cancelled' | 'stranded';
  workflow: string;
  cause: string;
  remedy?: string;
  count: number;
  newest: { id: string; createdAt: string; entries: string[] };
  ids: string[];
}

type Run = Schemas['OperatorRun'];

/** Groups by state, workflow and cause, where ids and numbers in the cause do not count; the largest group first. */
export function groupTroubles(failed: Run[], stranded: Schemas['StrandedRun'][]): TroubleGroup[] {
  const groups = new Map<string, TroubleGroup>();
  const add = (run: Run, state: TroubleGroup['state'], cause: string, remedy?: string) => {
    const key = [state, run.name, cause.replaceAll(/[\da-f-]{8,}|\d+/g, '#')].join('\n');
    const { id, createdAt, attributes } = run;
    const newest = { id, createdAt, entries: idsOf(attributes, 'entries') };
    const group = groups.get(key) ?? {
      state,
      workflow: run.name,
      cause,
      count: 0,
      newest,
      ids: [],
      ...(remedy && { remedy }),
    };
    group.count++;
    group.ids.push(id);
    if (createdAt > group.newest.createdAt) group.newest = newest;
    groups.set(key, group);
  };
  for (const run of failed) {
    const cause = run.error ? rootCause(run.error).text : run.status;
    add(run, run.status === 'CANCELLED' ? 'cancelled' : 'failed', cause);
  }
  for (const run of stranded) add(run, 'stranded', run.reason, run.remedy);
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

export function troubleLines({ groups, more }: { groups: TroubleGroup[]; more: boolean }, page: Page): string[] {
  if (groups.length === 0) return ['Nothing is wrong: no run has failed, none is stranded.'];
  return [
    ...groups.flatMap((group) => [
      `${page.style('red', `${group.count} ${group.state}`)}  ${page.style('bold', group.workflow)}: ${group.cause}`,
      `   newest  ${shortTime(group.newest.createdAt)}  ${group.newest.id}`,
      ...entryLines(group.newest.entries),
      ...(group.remedy === undefined ? [] : [`   remedy  ${group.remedy}`]),
    ]),
    ...(more ? ['', 'There are more: --limit, or --status failed with --cursor.'] : []),
    '',
    'moltnet ops show <id> says what happened, moltnet ops retry <id> --reason "…" does what is missing.',
  ];
}

function entryLines(entries: string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length > 3 ? `, and ${entries.length - 3} more` : '';
  return [`   about   ${entries.length === 1 ? 'entry' : 'entries'} ${entries.slice(0, 3).join(', ')}${more}`];
}
