/** What Postgres (class 08, shutdowns, too many connections), the network and the pool say when the database is away. */
const OUTAGE_CODES =
  /^(08\w{3}|57P0[123]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN)$/;
/** The driver's own words, which knex puts behind the statement's. */
const OUTAGE_MESSAGES =
  /(^| - )(Connection terminated|Connection ended|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed)[^\n]*$/;

/** Whether an error means that the database cannot be reached, so that the same request can succeed once it is back. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (error.name === 'KnexTimeoutError') return true;
  if (Array.isArray(errors) && errors.some(isOutage)) return true;
  return (typeof code === 'string' && OUTAGE_CODES.test(code)) || OUTAGE_MESSAGES.test(error.message);
}
