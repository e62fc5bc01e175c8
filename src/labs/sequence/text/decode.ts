import { anyText, bytes as given } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";

/**
 * Bytes as text, without a byte order mark.
 *
 * @param name the file's name, for errors
 * @throws naming the offset where the first byte sequence begins that is no UTF-8, and for files that are not
 *   text
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  given.read("decodeText", "bytes", bytes);
  anyText.read("decodeText", "name", name);
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    throw new ImagoError(
      `${name}: the file is ${wide.slice(0, -2).toUpperCase()} text. Save it as UTF-8 first, for example with iconv -f ${wide} -t utf-8.`,
    );
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw new ImagoError(
      `${name}: there is a zero byte at offset ${nul}, so this is no text file. A corpus is plain UTF-8 text.`,
    );
  }
  const text = strictly(bytes);
  if (text === undefined) throw new ImagoError(`${name}: ${invalidAt(bytes)}`);
  if (text.trim() === "") {
    throw new ImagoError(
      `${name}: the file is empty. A corpus is plain text of a few thousand characters or more.`,
    );
  }
  return text;
}

const marks = [
  // Before that of UTF-16, which it begins with; a text has no zero characters.
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
] as const;

/** What iconv calls the encoding that a byte order mark announces, of those with more than a byte for each character. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  return marks.find(([, mark]) => mark.every((byte, place) => bytes[place] === byte))?.[0];
}

/** The text, or `undefined` where the bytes are no UTF-8. `stream` lets them end inside a character. */
function strictly(bytes: Uint8Array, stream = false): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
  } catch {
    return undefined;
  }
}

function invalidAt(bytes: Uint8Array): string {
  const offset = firstInvalid(bytes);
  const byte = (bytes[offset] as number).toString(16).padStart(2, "0");
  // Latin-1 has control characters from 0x80 to 0x9f, which texts have not; in windows-1252 quotation marks and dashes stand there.
  const encoding = bytes.some((one) => one >= 0x80 && one <= 0x9f) ? "windows-1252" : "latin1";
  return `the byte 0x${byte} at offset ${offset} is not valid UTF-8. Save the file as UTF-8 first, for example with iconv -f ${encoding} -t utf-8.`;
}

/** Where the first sequence begins that is no character, by bisection over prefixes. */
function firstInvalid(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (strictly(bytes.subarray(0, middle), true) !== undefined) good = middle;
    else bad = middle;
  }
  // The longest good prefix may end with the beginning of a sequence that then goes wrong.
  const prefix = bytes.subarray(0, good);
  return strictly(prefix) === undefined ? lastStart(prefix) : good;
}

/** Where the last, incomplete character begins. */
function lastStart(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at > 0 && ((bytes[at] as number) & 0xc0) === 0x80) at--;
  return at;
}
