import { parseJson } from "../../../engine/files/parseJson.js";

/**
 * JSON as Python writes it, where `NaN` and infinities stand as they are: they come as texts.
 *
 * @param where what errors call it
 * @throws ImagoError where it is none
 */
export function parsePythonJson(text: string, where: string): unknown {
  const valid = text.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  return parseJson(valid, where);
}
