import { ImagoError, messageOf } from "../errors.js";

/**
 * JSON that came from outside.
 *
 * @param where what errors call it: a path, or what stands in one
 * @param why what is to be thought of it where it is none. Default: "it is truncated or altered"
 * @throws ImagoError saying where the JSON goes wrong: `PATH is no JSON (Unexpected …); it is truncated or altered`
 */
export function parseJson(text: string, where: string, why = "it is truncated or altered"): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Some parsers quote what they met, which may be anything.
    const at = messageOf(cause).replaceAll(/[^\P{Cc}\t]/gu, "\uFFFD");
    throw new ImagoError(`${where} is no JSON (${at}); ${why}`, { cause });
  }
}

/**
 * A JSON object that came from outside.
 *
 * @throws ImagoError as {@link parseJson}, and where it is another value
 */
export function parseJsonObject(text: string, where: string, why?: string): Record<string, unknown> {
  const value = parseJson(text, where, why);
  if (isRecord(value)) return value;
  const kind = Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
  throw new ImagoError(`${where}: expected a JSON object, found ${kind}`);
}

/** Whether a value from JSON is an object with keys. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
