import type { Client, Schemas } from '@moltnet/sdk';
import { CliError } from './failures.js';

const UUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i;
export const DEFAULT_DIARY = 'default';

/**
 * The diary that was meant: by id or by name; without either the only one, or the one named `default`. One's own go before
 * those that others share, of which none is ever meant unless it is named: nobody gets entries by sharing a `default`.
 */
export async function findDiaryId(client: Client, asked: string | undefined): Promise<string | undefined> {
  if (asked !== undefined && UUID.test(asked)) return asked;
  const own: Schemas['Diary'][] = [];
  const shared: Schemas['Diary'][] = [];
  for await (const diary of client.diaries.all()) (diary.role === 'owner' ? own : shared).push(diary);
  const isNamed = ({ name }: Schemas['Diary']) => name === (asked ?? DEFAULT_DIARY);
  const named = asked !== undefined && !own.some(isNamed) ? shared.filter(isNamed) : own.filter(isNamed);
  if (named.length === 1) return named[0]!.id;
  if (named.length > 1) throw ambiguous(`There are ${named.length} diaries named "${asked ?? DEFAULT_DIARY}".`, named);
  if (asked !== undefined) {
    throw new CliError('NotFound', `You have no diary named "${asked}".`, 'moltnet diaries lists those that you have.');
  }
  if (own.length > 1) throw ambiguous(`You have ${own.length} diaries, and none of them is named "default".`, own);
  return own[0]?.id;
}

/** As findDiaryId; throws where there is none yet. */
export async function mustFindDiaryId(client: Client, asked: string | undefined): Promise<string> {
  const id = await findDiaryId(client, asked);
  if (id !== undefined) return id;
  throw new CliError('NotFound', 'You have no diary yet.', 'moltnet write makes one with the first entry.');
}

function ambiguous(message: string, diaries: Schemas['Diary'][]): CliError {
  const choices = diaries.slice(0, 5).map(({ id, name }) => `${id} (${name})`);
  return new CliError(
    'Usage',
    message,
    `Choose with --diary: ${choices.join(', ')}${diaries.length > 5 ? ', …' : '.'}`,
  );
}
