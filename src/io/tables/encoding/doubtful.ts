import { isAscii } from "node:buffer";

/** Bytes that are looked at at once for any beyond ASCII. */
const block = 2 ** 14;
/** Longest stretch that is taken of one line. */
const longest = 2 ** 12;

/** The place of the first byte beyond ASCII from `at` on; the length where there is none. */
function nextBeyondAscii(bytes: Buffer, at: number): number {
  let from = at;
  while (from < bytes.length && isAscii(bytes.subarray(from, from + block))) from += block;
  while (from < bytes.length && (bytes[from] as number) < 0x80) from++;
  return Math.min(from, bytes.length);
}

/** Whether no encoding of several bytes a character has this byte anywhere but for the character it is in ASCII. */
const isBorder = (byte: number | undefined): boolean => byte === undefined || byte < 0x30;

/**
 * What of a file holds bytes beyond ASCII, cut where no character can be cut, with a line break after each stretch.
 *
 * @param most bytes of it. Default: 64 KiB
 */
export function doubtfulSample(bytes: Buffer, most = 2 ** 16): Buffer {
  const stretches: Buffer[] = [];
  let length = 0;
  for (let at = 0; length < most; ) {
    const first = nextBeyondAscii(bytes, at);
    if (first === bytes.length) break;
    let begin = first;
    while (begin > at && first - begin < longest && !isBorder(bytes[begin - 1])) begin--;
    let end = first;
    let border = first;
    while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d && end - first < longest) {
      if (isBorder(bytes[++end])) border = end;
    }
    // A stretch without a border is no text at all.
    end = border > first ? border : end;
    stretches.push(bytes.subarray(begin, end), lineEnd);
    length += end - begin;
    at = end;
  }
  return Buffer.concat(stretches);
}

const lineEnd = Buffer.from("\n");

/** Longest word that is shown, in characters. */
const longestWord = 24;

/**
 * Words that show whether a text was decoded rightly: up to three, with as many different letters beyond ASCII as they may have.
 *
 * @returns `"Zürich", "Orléans" and "España"`; empty where there is none
 */
export function doubtfulWords(text: string): string {
  const beyond = /[^\p{ASCII}]/gu;
  const words = new Set(text.match(/[\p{L}\p{M}\p{N}]*[^\p{ASCII}][\p{L}\p{M}\p{N}]*/gu) ?? []);
  const seen = new Set<string>();
  const telling = [...words].filter((word) => {
    const letters = word.match(beyond) ?? [];
    const isNew = letters.some((letter) => !seen.has(letter));
    for (const letter of letters) seen.add(letter);
    return isNew;
  });
  const chosen = [...new Set([...telling, ...words])].slice(0, 3);
  const quoted = chosen.map((word) =>
    JSON.stringify(word.length <= longestWord ? word : `${word.slice(0, longestWord)}…`),
  );
  const last = quoted.pop();
  return last === undefined ? "" : quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}
