/** Reads what the session answered to one group: what goes to the client, what to others, and where the session stands now. */
import { SERVER, readCString, type TransactionStatus } from './protocol.js';

const HEADER_BYTES = 5;

export interface Notification {
  readonly channel: string;
  /** The whole message. */
  readonly bytes: Buffer;
}

export interface Answer {
  /** For the client, in order, as slices of the session's bytes. */
  readonly forward: Buffer[];
  readonly notifications: Notification[];
  /** Of each command that was completed, as in `INSERT 0 1` or `LISTEN`. */
  readonly commandTags: string[];
  /** There is an ErrorResponse among it. */
  readonly failed: boolean;
  /** undefined when the last message is not ReadyForQuery: the session still waits for this client's Sync. */
  readonly status: TransactionStatus | undefined;
}

/** `hidden`: the type of a message whose first one is not the client's business, as the answer to something slipped in. */
export function readAnswer(bytes: Buffer, hidden?: number): Answer {
  const forward: Buffer[] = [];
  const notifications: Notification[] = [];
  const commandTags: string[] = [];
  let status: TransactionStatus | undefined;
  let toHide = hidden;
  let failed = false;
  let keptFrom = 0;

  for (let start = 0, end: number; start < bytes.length; start = end) {
    end = start + 1 + bytes.readInt32BE(start + 1);
    const kind = bytes[start];
    status = undefined;
    let keep = true;
    if (kind === SERVER.notification) {
      notifications.push(readNotification(bytes.subarray(start, end)));
      keep = false;
    } else if (kind === SERVER.commandComplete) {
      commandTags.push(readCString(bytes, start + HEADER_BYTES).text);
    } else if (kind === SERVER.readyForQuery) {
      status = String.fromCharCode(bytes[start + HEADER_BYTES]!) as TransactionStatus;
    } else if (kind === SERVER.errorResponse) {
      failed = true;
    } else if (kind === toHide) {
      toHide = undefined;
      keep = false;
    }
    if (keep) continue;
    if (start > keptFrom) forward.push(bytes.subarray(keptFrom, start));
    keptFrom = end;
  }
  if (keptFrom < bytes.length) forward.push(bytes.subarray(keptFrom));
  return { forward, notifications, commandTags, failed, status };
}

/** `A`: process id, channel, payload. */
function readNotification(bytes: Buffer): Notification {
  return { channel: readCString(bytes, HEADER_BYTES + 4).text, bytes };
}
