import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createBundleVerifier, formatNoteKey, parseNoteKey, type BundleReport } from '@moltnet/protocol';
import { defineCommand, report } from '../command.js';
import { CliError, type ExitCode } from '../failures.js';
import type { Io } from '../io.js';
import { keepKnownLogs, listKeys, listSeen, readKnownLogs, type KnownLogs } from '../knownLogs.js';
import { verdictLines } from '../verdictText.js';

const EXIT_CODE: Record<BundleReport['verdict'], ExitCode> = { trusted: 0, consistent: 6, broken: 7 };

export const verify = defineCommand({
  name: 'verify',
  summary: 'Verify a bundle, without a network.',
  details:
    'Says what was altered, moved, back-dated or left out, and where. A log is trusted by its key: one that --log-key gives, ' +
    'or one that --trust kept when it was first seen. Of a log that is trusted the last tree is remembered too, so that it ' +
    'cannot show you another later. docs/bundle.md explains every check.',
  as: 'nobody',
  args: [{ name: 'bundle', help: 'Its file; - is stdin.' }],
  options: {
    'log-key': {
      kind: 'list',
      value: 'key',
      help: 'A key of the log, as name+hash+key; instead of those that are kept.',
    },
    trust: { kind: 'flag', help: 'Trust the key of this log from now on, if it is the first of its name.' },
  },
  examples: ['moltnet verify diary.jsonl', 'moltnet verify diary.jsonl --trust'],
  async run({ io }, { args: { bundle }, options: { 'log-key': given, trust } }) {
    const known = await readKnownLogs(io);
    const trustedKeys = given ? given.map((key) => parseNoteKey(key, '--log-key')) : listKeys(known);
    const verifier = createBundleVerifier({ trustedKeys, seen: listSeen(known) });
    for await (const piece of openBundle(io, bundle!)) verifier.push(piece);
    const found = verifier.end();
    const logs = keepLog(known.logs, found, { trust, given: trustedKeys.map((key) => formatNoteKey(key)) });
    if (logs !== known.logs) await keepKnownLogs({ ...known, logs });
    const verdict = { ...found, verdict: verdictNow(found, logs) };
    return report(verdict, verdictLines, EXIT_CODE[verdict.verdict]);
  },
});

/** Trusting a log turns "consistent" into "trusted" at once: its key has just been checked. */
function verdictNow({ verdict, log }: BundleReport, logs: KnownLogs['logs']): BundleReport['verdict'] {
  return verdict === 'consistent' && logs[log!.origin]?.keys.includes(log!.key) ? 'trusted' : verdict;
}

/**
 * The known logs with this one: its key where it shall be trusted, and its tree where that is the first or continues the one
 * seen before. The same object where there is nothing to keep.
 */
function keepLog(
  logs: KnownLogs['logs'],
  { verdict, log, notices }: BundleReport,
  { trust, given }: { trust: boolean; given: string[] },
): KnownLogs['logs'] {
  if (verdict === 'broken' || !log) return logs;
  const { origin, key, treeSize: size, rootHash: root } = log;
  const known = logs[origin];
  if (!trust && !known) return logs;
  const trusted = verdict === 'trusted' ? given.filter((one) => one.startsWith(`${origin}+`)) : [key];
  const keys = trust ? [...new Set([...(known?.keys ?? []), ...trusted])] : known!.keys;
  const isNewer = !notices.some(({ check }) => check === 'older' || check === 'unlinked');
  const seen = isNewer || !known?.seen ? { size, root } : known.seen;
  const isSame = keys.length === known?.keys.length && seen.size === known.seen?.size;
  return isSame ? logs : { ...logs, [origin]: { keys, seen } };
}

async function* openBundle(io: Io, bundle: string): AsyncIterable<Uint8Array> {
  try {
    yield* bundle === '-' ? io.stdin : createReadStream(resolve(io.cwd, bundle));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CliError('NotFound', `There is no file ${bundle}.`);
    throw new CliError('Unreadable', `${bundle} cannot be read: ${message}.`);
  }
}
