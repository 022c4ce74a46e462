/** The world that a command runs in: the process, or a part that the demo plays. */
export interface Io {
  env: Record<string, string | undefined>;
  cwd: string;
  /** Whether colour may be used; only on a terminal. */
  hasColor: boolean;
  /** Columns to fit tables into; undefined where nothing cuts them, as in a pipe. */
  width: number | undefined;
  out: (text: string) => void;
  err: (text: string) => void;
  /** Whether a person sits in front of stdin, who can be asked and is not to be read from. */
  isInteractive: boolean;
  readStdin: () => Promise<string>;
  /** stdin in pieces, however much it is. */
  stdin: AsyncIterable<Uint8Array>;
  ask: (question: string) => Promise<string>;
}
