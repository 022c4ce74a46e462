import type { Embedded } from '../embedder.js';
import type { ChildMessage, TextMessage } from './messages.js';

export type EmbedText = (text: string) => Promise<Embedded>;

/**
 * The child process's side: loads, says `ready`, then answers one text after the other. It lives exactly as long as its
 * parent's end of the channel, so that a parent killed with SIGKILL leaves nothing behind; signals are the parent's to
 * handle (Ctrl-C and service managers signal the whole group, and the run in hand should finish).
 */
export async function serveTexts(load: () => Promise<EmbedText>): Promise<void> {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  if (!process.connected) process.exit(0); // the parent died before the listener was there

  let embed: EmbedText;
  try {
    embed = await load();
  } catch (error) {
    // Exits once the message is out; without a callback the process could be gone before it.
    process.send?.({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) }, () =>
      process.exit(1),
    );
    return;
  }
  let last: Promise<void> = Promise.resolve();
  process.on('message', (message: TextMessage) => {
    last = last.then(() => answer(embed, message));
  });
  say({ kind: 'ready' });
}

function say(message: ChildMessage): void {
  // A parent that is gone ends this process through `disconnect`; the send's own error adds nothing.
  process.send?.(message, () => undefined);
}

async function answer(embed: EmbedText, { id, text }: TextMessage): Promise<void> {
  try {
    say({ kind: 'embedded', id, ...(await embed(text)) });
  } catch (error) {
    say({ kind: 'failed', id, errorClass: error instanceof Error ? error.constructor.name : typeof error });
  }
}
