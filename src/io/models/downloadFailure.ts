import { ImagoError } from "../../engine/errors.js";

/** A failure after which another try may do better. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** What undici throws, as something to try again after. */
export function explained(error: unknown): unknown {
  const isKnown = error instanceof ImagoError || error instanceof Interrupted;
  if (isKnown || !(error instanceof Error)) return error;
  const [, answer] = /^Proxy response \((\d+)\)/.exec(error.message) ?? [];
  if (answer !== undefined) return new Interrupted(`the proxy answers ${answer}`, { cause: error });
  if (error.name === "AbortError") return error;
  const code = "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    UND_ERR_CONNECT_TIMEOUT: "no connection in time",
    UND_ERR_HEADERS_TIMEOUT: "the server does not answer",
    UND_ERR_BODY_TIMEOUT: "the server fell silent",
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the server sent another length than it said",
    ENOTFOUND: "its name is not known here",
    ECONNREFUSED: "the connection is refused",
  };
  return new Interrupted(reasons[code] ?? `the connection broke (${code || error.message})`, {
    cause: error,
  });
}

/** Whether a server that answers so may answer otherwise in a moment. */
export const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** That a file cannot be downloaded, and why. */
export function downloadError(address: string, why: string, help = "", cause?: unknown): ImagoError {
  return new ImagoError(`Cannot download ${address}: ${why}.`, {
    ...(help === "" ? {} : { help }),
    ...(cause === undefined ? {} : { cause }),
  });
}
