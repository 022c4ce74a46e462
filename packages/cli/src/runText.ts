import type { Schemas } from '@moltnet/sdk';
import type { Page } from './page.js';
import { duration, shortTime } from './times.js';

type Failure = { name: string; message: string };

/** The last failure of a step that used up its attempts, in place of the engine's list of all of them. */
export function rootCause({ name, message }: Failure): { attempts: number; text: string } {
  const [, count] = /^Step \S+ has exceeded its maximum of (\d+) retries\. Previous errors: /.exec(message) ?? [];
  const last = count === undefined ? -1 : message.lastIndexOf(`Error ${count}: `);
  if (last === -1) return { attempts: 1, text: name === 'Error' ? message : `${name}: ${message}` };
  return { attempts: Number(count), text: message.slice(last + `Error ${count!}: `.length) };
}

const WORDS: Record<Schemas['Workflow']['status'], string> = {
  PENDING: 'running',
  ENQUEUED: 'waiting in its queue',
  DELAYED: 'waiting for its time',
  SUCCESS: 'done',
  ERROR: 'failed',
  CANCELLED: 'cancelled',
  MAX_RECOVERY_ATTEMPTS_EXCEEDED: 'given up after too many recoveries',
};

export function statusWords(status: Schemas['Workflow']['status'], page: Page): string {
  const words = WORDS[status];
  if (status === 'SUCCESS') return page.style('green', words);
  return status === 'ERROR' || status === 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' ? page.style('red', words) : words;
}

/** When a run began, how it ended, and each of its steps with attempts, time and error. */
export function timelineLines(run: Omit<Schemas['Workflow'], 'entries'>, page: Page): string[] {
  const { id, name, status, createdAt, startedAt, completedAt, error, steps } = run;
  const took = completedAt === null ? '' : ` after ${duration(startedAt ?? createdAt, completedAt)}`;
  return [
    `${page.style('bold', name)}  ${id}`,
    `${statusWords(status, page)}${took}, begun ${shortTime(createdAt)}`,
    ...(error === null ? [] : [`error: ${rootCause(error).text}`]),
    '',
    ...(steps.length === 0 ? ['No step has ended yet.'] : steps.flatMap((step) => stepLines(step, createdAt, page))),
  ];
}

function stepLines(step: Schemas['WorkflowStep'], begun: string, page: Page): string[] {
  const { number, name, outcome, error, startedAt, completedAt, childId } = step;
  const offset = startedAt === null ? '' : `+${duration(begun, startedAt)}`;
  const cause = error && rootCause(error);
  const ended = cause ? page.style('red', 'failed') : (outcome ?? 'done');
  const attempts = cause && cause.attempts > 1 ? `, ${cause.attempts} attempts` : '';
  return [
    `  ${number}  ${offset.padStart(9)}  ${name.padEnd(20)}  ${ended}, ${duration(startedAt, completedAt)}${attempts}`,
    ...(cause ? [`                ${cause.text}`] : []),
    ...(childId === null ? [] : [`                its run: ${childId}`]),
  ];
}

/** The ids of one kind that a run says it is about. */
export function idsOf(attributes: Record<string, unknown>, kind: 'agents' | 'diaries' | 'entries'): string[] {
  const ids = attributes[kind];
  return Array.isArray(ids) ? ids.map(String) : [];
}
