/** States of SQL after which the same transaction may well succeed. */
const states: ReadonlySet<string> = new Set([
  // Two transactions in each other's way.
  ...["40001", "40P01", "55P03"],
  // The server is ended, or begins; a connection was ended by somebody.
  ...["57P01", "57P02", "57P03", "57P05", "57014", "25P03", "53300"],
]);

/** What Node says where a network or a server is not there. */
const codes: ReadonlySet<string> = new Set([
  ...["ECONNRESET", "ECONNREFUSED", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"],
  ...["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENOENT"],
]);

/** What `pg` says without a code. */
const words =
  /connection (terminated|ended)|not queryable|timeout exceeded when trying to connect|query read timeout|socket|connection error/i;

/** Whether an error is one of the connection or of others at work, so that what was being done is to be done once more. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isPassing);
  const code = codeOf(error);
  if (code === undefined) return words.test(error.message);
  return states.has(code) || code.startsWith("08") || codes.has(code);
}

export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Milliseconds before the next try: longer each time, and never the same for two who were turned away together. */
export const delayOf = (tries: number): number => Math.min(2000, 20 * 2 ** tries) * (0.5 + Math.random());
