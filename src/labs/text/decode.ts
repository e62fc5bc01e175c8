import { ImagoError } from "../../engine/errors.js";

/**
 * Bytes as text.
 *
 * @param name the file's name, for errors
 * @throws naming the offset of the first byte that is no UTF-8, and for files that are not text
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  if (bytes.length === 0)
    throw new ImagoError(
      `${name}: the file is empty. A corpus is plain text of a few thousand characters or more.`,
    );
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw new ImagoError(
      `${name}: there is a zero byte at offset ${nul}, so this is no text file. A corpus is plain UTF-8 text.`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const offset = firstInvalid(bytes);
    const byte = (bytes[offset] as number).toString(16).padStart(2, "0");
    throw new ImagoError(
      `${name}: the byte 0x${byte} at offset ${offset} is not valid UTF-8. Save the file as UTF-8 first, for example with iconv -f latin1 -t utf-8.`,
    );
  }
}

/** The offset of the first byte at which strict decoding fails, by bisection over prefixes. */
function firstInvalid(bytes: Uint8Array): number {
  const valid = (length: number): boolean => {
    try {
      // `stream` lets a prefix end inside a character.
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0;
  let bad = bytes.length;
  if (valid(bad)) return lastStart(bytes);
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (valid(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Where the character begins that the end of the file cuts off. */
function lastStart(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at > 0 && ((bytes[at] as number) & 0xc0) === 0x80) at--;
  return at;
}
