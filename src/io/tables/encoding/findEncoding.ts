import { isUtf8 } from "node:buffer";
import { ImagoError } from "../../../engine/errors.js";
import { detectFamily } from "./detectFamily.js";
import { doubtfulSample, doubtfulWords } from "./doubtful.js";
import { canonical } from "./labels.js";
import { lineOf } from "./lineOf.js";
import { type TextEncoding, windows1252 } from "./textPieces.js";

/** How a file is decoded, and what is to be said of it where that is not plain UTF-8. */
export interface FoundEncoding extends TextEncoding {
  readonly notices: readonly string[];
}

export interface EncodingRequest {
  /** What errors call the file. */
  readonly name: string;
  /** A label that `TextDecoder` knows, where the user gave one. */
  readonly given: string | undefined;
  /** Whether the last line may be cut, and with it the last character. */
  readonly isCut: boolean;
}

const marks: readonly (readonly [bytes: readonly number[], label: string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  // Before UTF-16, whose mark it begins with.
  [[0xff, 0xfe, 0, 0], "utf-32"],
  [[0, 0, 0xfe, 0xff], "utf-32"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/**
 * The encoding of a text, in an order that needs little luck: what is given; the byte order mark; zero bytes at every second place,
 * which are UTF-16; UTF-8 where the whole of it is that; another script where its bytes show that clearly; else Windows-1252, which
 * fits anything. A mark is left out in any case.
 *
 * @throws ImagoError where it is no text, or UTF-32
 */
export function findEncoding(bytes: Buffer, request: EncodingRequest): FoundEncoding {
  const { name, given } = request;
  const mark = marks.find(([start]) => start.every((byte, at) => bytes[at] === byte));
  const [start, marked] = [mark?.[0].length ?? 0, mark?.[1]];
  if (marked === "utf-32") {
    throw new ImagoError(`Cannot read ${name}: it is UTF-32.`, { help: "Save it as UTF-8." });
  }
  // "utf-16" leaves the order of the bytes to the mark.
  const stated = given === "utf-16" && marked?.startsWith("utf-16") ? marked : given;
  const label = stated !== undefined ? canonical(stated) : (marked ?? zeroBytes(bytes));
  const isWide = label?.startsWith("utf-16") === true;
  if (!isWide) refuseZeros(name, bytes);
  if (label === undefined) return guess(bytes, start, request);
  if (label === "utf-8") return { label, start, notices: damage(bytes, request) };
  const why = marked === label ? "as its byte order mark says" : "as its zero bytes show";
  return { label, start, notices: given === undefined ? [`The file is read as ${label}, ${why}.`] : [] };
}

/** UTF-16 by its zero bytes: digits, separators and line ends have one in any language. */
function zeroBytes(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const looked = Math.min(bytes.length & ~1, 2 ** 16);
  const zeros: [even: number, odd: number] = [0, 0];
  for (let at = 0; at < looked; at++) {
    if (bytes[at] === 0) zeros[(at & 1) as 0 | 1]++;
  }
  const [even, odd] = zeros.map((zero) => zero / (looked / 2)) as [number, number];
  if (odd >= 0.3 && even <= 0.01) return "utf-16le";
  return even >= 0.3 && odd <= 0.01 ? "utf-16be" : undefined;
}

function refuseZeros(name: string, bytes: Uint8Array): void {
  const at = bytes.indexOf(0);
  if (at < 0) return;
  throw new ImagoError(
    `Cannot read ${name}: it is no text, as line ${lineOf(bytes, at)} has a zero byte in it.`,
    {
      help: "A table is a file of text, CSV or JSON Lines; export it as one of these.",
    },
  );
}

/** What is whole of a text whose last line may be cut. */
const wholeLines = (bytes: Buffer, isCut: boolean): Buffer =>
  isCut ? bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1) : bytes;

/** What is said of a text that should be UTF-8 and is not all of it. */
function damage(bytes: Buffer, { isCut }: EncodingRequest): string[] {
  const whole = wholeLines(bytes, isCut);
  if (isUtf8(whole)) return [];
  const line = lineOf(whole, firstInvalid(whole));
  return [
    `Bytes that are not UTF-8 are read as \uFFFD, first in line ${line}; if the file has another encoding, name it (--encoding).`,
  ];
}

/** The place about which a text stops to be UTF-8: in the same line. */
function firstInvalid(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf(0x0a, at);
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    if (!isUtf8(bytes.subarray(at, end))) return end - (lineEnd < 0 ? 0 : 1);
    at = end;
  }
  return bytes.length;
}

function guess(bytes: Buffer, start: number, request: EncodingRequest): FoundEncoding {
  const whole = wholeLines(bytes, request.isCut);
  if (isUtf8(whole)) return { label: "utf-8", start, notices: [] };
  const sample = doubtfulSample(whole);
  if (isMostlyUtf8(sample)) return { label: "utf-8", start, notices: damage(bytes, request) };
  const family = detectFamily(sample);
  const label = family?.label ?? "windows-1252";
  const text = family === undefined ? windows1252(sample) : new TextDecoder(label).decode(sample);
  const named = family === undefined ? "Windows-1252" : `${label} (${family.script})`;
  const words = doubtfulWords(text);
  const shows = words === "" ? "" : `, by which it has ${words} in it`;
  return {
    ...{ label, start },
    notices: [
      `The file is not UTF-8 and is read as ${named}${shows}; if that looks wrong, name its encoding (--encoding).`,
    ],
  };
}

/** A text of UTF-8 with a few broken characters in it; what Windows-1252 has for others hardly ever makes UTF-8. */
function isMostlyUtf8(sample: Buffer): boolean {
  const text = sample.toString("utf8");
  const broken = text.match(/\uFFFD/g)?.length ?? 0;
  const sound = text.match(/[^\p{ASCII}\uFFFD]/gu)?.length ?? 0;
  return sound >= 3 && sound >= 9 * broken;
}
