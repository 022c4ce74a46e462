import { Buffer } from 'node:buffer';
import { frontierFromTiles, frontierRoot, signCheckpoint } from '@moltnet/protocol';
import type { Db } from '../db/database.js';
import {
  findCheckpoint,
  findLogState,
  listLogKeys,
  storeCheckpoint,
  storeRefusal,
  type LogKey,
  type LogState,
  type SignedCheckpoint,
} from '../db/log/checkpoints.js';
import { readTiles } from '../db/log/readTiles.js';
import { failureMessage } from '../errors.js';
import { signKeyChange, type LogSigner } from '../rules/logKey.js';
import type { Log } from '../telemetry.js';
import { readCheckpointFile, writeCheckpointFile } from './checkpointFile.js';

/** Two checkpoints are at least this far apart: each is a row for ever, and a sync of a file. */
const EVERY_MS = 1_000;
/** What an operator has to mend is looked at again no more often. */
const REFUSED_EVERY_MS = 5_000;

/** Signs the log that has grown to `size`, if a checkpoint is due; `lease` is what the caller holds. */
export type PublishLog = (lease: { lease: string; holder: string }, size: number) => Promise<void>;

/**
 * Signs what the log has become, and refuses where that is not what it was: shorter than, or another than, the last
 * checkpoint in the database or in the file. The file is written before the checkpoint is published, so that it is never
 * behind what others have seen; the leaves were committed before, so that it is never ahead of the log.
 */
export function createLogPublisher({
  db,
  signer,
  file,
  log,
  everyMs = EVERY_MS,
}: {
  db: Db;
  signer: LogSigner;
  file: string;
  log: Log;
  everyMs?: number;
}): PublishLog {
  let published: number | undefined;
  let dueAt = 0;
  let refusal: string | undefined;

  async function refuse(reason: string): Promise<void> {
    if (reason !== refusal) log.error(`the log does not sign: ${reason}`);
    refusal = reason;
    dueAt = performance.now() + REFUSED_EVERY_MS;
    await storeRefusal(db, reason);
  }

  async function sign(lease: { lease: string; holder: string }): Promise<void> {
    const [state, last, keys] = [await findLogState(db), await findCheckpoint(db), await listLogKeys(db)];
    const reason = findRetirement(signer, keys) ?? (await findRefusal(db, state, { last, file }));
    if (reason) return refuse(reason);
    const next = nextCheckpoint(state, last, keys, signer);
    if (state.size > 0 && (state.size !== last?.size || next.newKey)) {
      try {
        await writeCheckpointFile(file, next.checkpoint.note);
      } catch (error) {
        return refuse(`the checkpoint file cannot be written (${failureMessage(error)})`);
      }
      if (!(await storeCheckpoint(db, lease, next))) return;
    }
    if (state.refusal !== null) await storeRefusal(db, null);
    published = state.size;
    dueAt = performance.now() + everyMs;
    if (refusal !== undefined) log.info('the log signs again');
    refusal = undefined;
  }

  return async (lease, size) => {
    if (size !== published && performance.now() >= dueAt) await sign(lease);
  };
}

/** A key that another has followed does not sign again: two processes with two keys would take turns for ever. */
function findRetirement({ publicKey }: LogSigner, keys: LogKey[]): string | undefined {
  if (keys.at(-1)?.publicKey === publicKey || !keys.some((key) => key.publicKey === publicKey)) return undefined;
  return 'LOG_SIGNING_KEY is a former key of this log; start this process with the current one';
}

/** Why the log must not be signed as it is; undefined where nothing speaks against it. */
async function findRefusal(
  db: Db,
  state: LogState,
  { last, file }: { last: SignedCheckpoint | undefined; file: string },
): Promise<string | undefined> {
  let kept: Awaited<ReturnType<typeof readCheckpointFile>>;
  try {
    kept = await readCheckpointFile(file);
  } catch (error) {
    return `the checkpoint file does not hold a checkpoint (${failureMessage(error)})`;
  }
  const known = [
    { where: 'the checkpoint file', head: kept },
    { where: 'the table log_checkpoints', head: last },
  ];
  for (const { where, head } of known) {
    if (!head) continue;
    if (head.size > state.size) {
      return `it has ${state.size} leaves, and ${where} holds a checkpoint of ${head.size}: the database is older than what was published`;
    }
    if (!(await beginsWith(db, head))) {
      return `its first ${head.size} leaves are not those of the checkpoint in ${where}: they were changed`;
    }
  }
  return undefined;
}

/** Whether the log, by its leaves and tiles and not by its frontier, begins with the tree of this head. */
async function beginsWith(db: Db, { size, root }: { size: number; root: Uint8Array }): Promise<boolean> {
  try {
    const hashes = await frontierFromTiles(size, (tiles) => readTiles(db, tiles));
    return Buffer.compare(frontierRoot({ hashes }), root) === 0;
  } catch (error) {
    if ((error as Error).name === 'LogDamaged') return false;
    throw error;
  }
}

function nextCheckpoint(
  state: LogState,
  last: SignedCheckpoint | undefined,
  keys: LogKey[],
  signer: LogSigner,
): { checkpoint: SignedCheckpoint; newKey: LogKey | undefined } {
  const current = keys.at(-1);
  const origin = signer.origin ?? current?.origin ?? signer.defaultOrigin;
  const isSame = current?.publicKey === signer.publicKey && current.origin === origin;
  const key = isSame ? current : nextKey(current, last, origin, signer);
  const root = Buffer.from(frontierRoot(state));
  const note = signCheckpoint({ origin, size: state.size, root }, [signer.privateKey]);
  return {
    checkpoint: { size: state.size, root, epoch: key.epoch, note },
    newKey: isSame ? undefined : key,
  };
}

function nextKey(
  current: LogKey | undefined,
  last: SignedCheckpoint | undefined,
  origin: string,
  signer: LogSigner,
): LogKey {
  return {
    epoch: (current?.epoch ?? 0) + 1,
    origin,
    publicKey: signer.publicKey,
    fromSize: last?.size ?? 0,
    changeNote: current && last ? signKeyChange(last, current, { origin, signer }) : null,
  };
}
