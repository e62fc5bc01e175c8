import { readBarLine, readEnding } from "./bars.js";
import { readInlineField } from "./fields.js";
import { type MusicLine, placeAt } from "./musicLine.js";
import { readBarRest, readBroken, readChord, readGrace, readNote, readRest, readTie } from "./notes.js";
import {
  readContinuation,
  readDecoration,
  readParenthesis,
  readQuote,
  readSlurEnd,
  readSpacer,
} from "./signs.js";
import { report, touch } from "./tuneState.js";

type Reader = (music: MusicLine) => void;

const skip: Reader = (music) => {
  music.at++;
};

/** A decoration of one sign. */
const readMark: Reader = (music) => {
  touch(music.voice, placeAt(music, music.at++));
};

function readBracket(music: MusicLine): void {
  const next = music.text[music.at + 1] ?? "";
  if (next === "|") readBarLine(music);
  else if (/[\d"]/.test(next)) readEnding(music);
  else if (music.text[music.at + 2] === ":" && /[A-Za-z]/.test(next)) readInlineField(music);
  else readChord(music);
}

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...[..."ABCDEFGabcdefg^_="].map((sign): [string, Reader] => [sign, readNote]),
  ...[..." \t`"].map((sign): [string, Reader] => [sign, skip]),
  ...[..."~.HLMOPSTuv"].map((sign): [string, Reader] => [sign, readMark]),
  ...[..."|:"].map((sign): [string, Reader] => [sign, readBarLine]),
  ...[..."zx"].map((sign): [string, Reader] => [sign, readRest]),
  ...[..."ZX"].map((sign): [string, Reader] => [sign, readBarRest]),
  ...[..."<>"].map((sign): [string, Reader] => [sign, readBroken]),
  ...[..."!+"].map((sign): [string, Reader] => [sign, readDecoration]),
  ["[", readBracket],
  ["{", readGrace],
  ["(", readParenthesis],
  [")", readSlurEnd],
  ['"', readQuote],
  ["-", readTie],
  ["y", readSpacer],
  ["\\", readContinuation],
]);

/** Reads one line of music. */
export function readMusic(music: MusicLine): void {
  while (music.at < music.text.length) {
    const sign = String.fromCodePoint(music.text.codePointAt(music.at) as number);
    const reader = readers.get(sign) ?? (music.tune.userSigns.has(sign) ? readMark : undefined);
    if (reader !== undefined) reader(music);
    else {
      report(music.tune, placeAt(music, music.at), `the unknown sign ${JSON.stringify(sign)}`);
      music.at += sign.length;
    }
  }
}
