/** What the exit code says. Scripts branch on it: these numbers do not change. */
export const EXIT_CODES = {
  0: 'done',
  1: 'failed',
  2: 'not called as it should be',
  3: 'not found',
  4: 'refused: no access, or in conflict with the present state',
  5: 'the server cannot be reached, or cannot serve now',
  6: 'what was verified is consistent, and nothing here vouches for its log',
  7: 'what was verified is broken',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** A failure of the command itself; those of the server are MoltnetErrors. */
export class CliError extends Error {
  readonly remedy: string | undefined;

  constructor(
    name: 'Usage' | 'NoCredentials' | 'NotFound' | 'Conflict' | 'Unreadable' | 'Declined' | 'Forbidden',
    message: string,
    remedy?: string,
  ) {
    super(message);
    this.name = name;
    this.remedy = remedy;
  }
}

const BY_NAME: Record<string, ExitCode> = {
  Usage: 2,
  NoCredentials: 2,
  InvalidInput: 2,
  NotFound: 3,
  Gone: 3,
  Conflict: 4,
  Forbidden: 4,
  NetworkError: 5,
  UnexpectedAnswer: 1,
};
const BY_STATUS: Record<number, ExitCode> = { 401: 4, 403: 4, 409: 4, 412: 4, 422: 4, 428: 4, 503: 5 };

export function exitCodeOf(error: unknown): ExitCode {
  const { name, status = 0 } = error as { name?: string; status?: number };
  return BY_NAME[name ?? ''] ?? BY_STATUS[status] ?? 1;
}

const REMEDIES: Record<string, string> = {
  NetworkError: 'Start the server (npm start), or say where it is with --url or MOLTNET_URL.',
  UnexpectedAnswer: 'Is this the address of a MoltNet API? Say where it is with --url or MOLTNET_URL.',
  invalid_client: 'The server does not know these credentials: choose others with --profile, or run moltnet register.',
  Forbidden:
    "Choose credentials that may do this with --profile; a local server's operator is found in its own folder.",
  WaitedTooLong: 'It goes on: moltnet workflow shows how it ends.',
};

/** What a person reads of a failure, and a program with --json. */
export interface FailureReport {
  name: string;
  message: string;
  remedy?: string;
  faults?: { pointer: string; message: string }[];
  requestId?: string;
}

export function reportFailure(error: unknown): FailureReport {
  const { name, message, remedy, faults, requestId } = error as Partial<FailureReport>;
  const advice = remedy ?? REMEDIES[name ?? ''];
  return {
    name: name ?? 'Error',
    message: message ?? String(error),
    ...(advice !== undefined && { remedy: advice }),
    ...(faults && faults.length > 0 && { faults }),
    ...(requestId !== undefined && { requestId }),
  };
}

export function renderFailure({ message, remedy, faults = [], requestId }: FailureReport): string[] {
  return [
    `moltnet: ${message}`,
    ...faults
      .filter((fault) => !message.includes(fault.message))
      .map((fault) => `  ${fault.pointer.replace(/^\//, '') || 'request'}: ${fault.message}`),
    ...(remedy === undefined ? [] : [remedy]),
    ...(requestId === undefined ? [] : [`(request ${requestId})`]),
  ];
}
