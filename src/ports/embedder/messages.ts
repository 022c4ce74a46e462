/** What the embedding child process and its parent say to each other. */
import type { Embedded } from '../embedder.js';

export interface TextMessage {
  id: number;
  text: string;
}

export type ChildMessage =
  | { kind: 'ready' }
  /** It could not load the model, and exits. No text has been sent yet, so the message can hold none. */
  | { kind: 'refused'; reason: string }
  | ({ kind: 'embedded'; id: number } & Embedded)
  /** Only the error's class: an inference error's message prints the text's token ids. */
  | { kind: 'failed'; id: number; errorClass: string };
