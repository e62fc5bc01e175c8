import { isAscii } from "node:buffer";

/** How the bytes of a file become text. */
export interface TextEncoding {
  /** As `TextDecoder` names it. */
  readonly label: string;
  /** Where the text begins: behind the byte order mark. */
  readonly start: number;
}

/** Bytes that are decoded at once. Of larger pieces the rows outlive collections of new memory, and four times as much is held. */
const pieceBytes = 2 ** 18;

/**
 * The text of a file in pieces. Every line end, "\r\n" and "\r" too, is "\n" in it.
 *
 * @param size bytes of a piece. Default: 256 KiB
 */
export function textPieces(bytes: Buffer, encoding: TextEncoding, size = pieceBytes): Generator<string> {
  return unifyLineEnds(decoded(bytes, encoding, size));
}

function decoded(bytes: Buffer, { label, start }: TextEncoding, size: number): Generator<string> {
  if (label === "utf-8") return utf8Pieces(bytes, start, size);
  if (label === "windows-1252") return windows1252Pieces(bytes, start, size);
  return decoderPieces(bytes, label, start, size);
}

/** `TextDecoder` in its streaming mode is some times slower, and gives strings of two bytes a character. */
function* utf8Pieces(bytes: Buffer, start: number, size: number): Generator<string> {
  for (let at = start; at < bytes.length; ) {
    const end = characterStart(bytes, at + size);
    const piece = bytes.subarray(at, end);
    yield piece.toString(isAscii(piece) ? "latin1" : "utf8");
    at = end;
  }
}

/** The last place up to `at` at which a character of UTF-8 begins. */
function characterStart(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) return bytes.length;
  for (let back = 0; back < 4; back++) {
    if (((bytes[at - back] as number) & 0xc0) !== 0x80) return at - back;
  }
  return at;
}

/** What Windows-1252 has where Latin-1 has control characters, from 0x80. */
const beyondLatin1 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** Not by `TextDecoder`, which some versions of Node have take this encoding for Latin-1. */
export const windows1252 = (bytes: Buffer): string =>
  bytes
    .toString("latin1")
    .replaceAll(/[\x80-\x9f]/g, (letter) => beyondLatin1[letter.charCodeAt(0) - 0x80] as string);

function* windows1252Pieces(bytes: Buffer, start: number, size: number): Generator<string> {
  for (let at = start; at < bytes.length; at += size) yield windows1252(bytes.subarray(at, at + size));
}

function* decoderPieces(bytes: Buffer, label: string, start: number, size: number): Generator<string> {
  // A mark has been left out; what looks like one behind it is a character.
  const decoder = new TextDecoder(label, { ignoreBOM: true });
  for (let at = start; at < bytes.length; at += size) {
    yield decoder.decode(bytes.subarray(at, at + size), { stream: true });
  }
  yield decoder.decode();
}

function* unifyLineEnds(pieces: Iterable<string>): Generator<string> {
  let held = "";
  for (const piece of pieces) {
    let text = held + piece;
    // A "\n" may follow in the next piece.
    held = text.endsWith("\r") ? "\r" : "";
    if (held !== "") text = text.slice(0, -1);
    yield withPlainLineEnds(text);
  }
  if (held !== "") yield "\n";
}

/** A text whose lines all end with "\n". */
export function withPlainLineEnds(text: string): string {
  if (!text.includes("\r")) return text;
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
}
