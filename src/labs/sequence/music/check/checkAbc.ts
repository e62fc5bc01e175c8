import { anyText } from "../../../../engine/arguments.js";
import { freeMetre } from "../metre.js";
import { splitTunes, type TuneText } from "../splitTunes.js";
import { finishVoice } from "./bars.js";
import { beginMusic, readBodyField, readHeaderField } from "./fields.js";
import { readMusic } from "./readMusic.js";
import type { TuneCheck } from "./tuneCheck.js";
import { judgedBars, keepWhole, type Place, report, type TuneState } from "./tuneState.js";

/**
 * Reads tunes in ABC notation (standard 2.1) and says of each bar whether its notes fill the metre, with broken rhythm, tuplets,
 * chords, changes of metre and unit, and several voices. It judges every text, and never throws for what stands in it.
 *
 * @param text one tune, or a file of them with blank lines between
 * @returns a check for each tune, in the text's order; for a text without any, one with that problem
 * @throws ImagoError where it is given no text
 */
export function checkAbc(text: string): readonly TuneCheck[] {
  anyText.read("checkAbc", "text", text);
  const tunes = splitTunes(text);
  return (tunes.length > 0 ? tunes : [{ text: "", line: 1 }]).map(checkTune);
}

function checkTune({ text, line: first }: TuneText): TuneCheck {
  const tune = newTune(first);
  let line = first;
  let last: Place = { line: first, column: 1 };
  for (const whole of text.split("\n")) {
    const read = withoutComment(whole).trimEnd();
    if (read !== "") {
      last = { line, column: read.length };
      readLine(tune, read, line);
    }
    line++;
  }
  const voices = [...tune.voices.values()];
  for (const voice of voices) finishVoice(tune, voice, last);
  judgeWhole(tune, text, first);
  const bars = voices.flatMap((voice) => judgedBars(voice, voices.length > 1));
  bars.sort((a, b) => a.line - b.line || a.column - b.column);
  const isFull = !bars.some(({ status }) => status === "short" || status === "overfull");
  const { header, notes, problems, warnings } = tune;
  return {
    line: first,
    header,
    bars,
    notes,
    problems: problems.sort(byPlace),
    warnings: warnings.sort(byPlace),
    isRight: isFull && problems.length === 0,
  };
}

const byPlace = (a: Place, b: Place): number => a.line - b.line || a.column - b.column;

const newTune = (line: number): TuneState => ({
  line,
  header: {},
  metre: freeMetre,
  unit: undefined,
  voices: new Map(),
  voice: undefined,
  userSigns: new Set(),
  notes: 0,
  problems: [],
  warnings: [],
});

/** A line up to its comment; `\%` is no comment's beginning. */
function withoutComment(line: string): string {
  const start = line.startsWith("%") ? 0 : line.search(/[^\\]%/) + 1;
  return start > 0 || line.startsWith("%") ? line.slice(0, start) : line;
}

/** What may stand as a field in the music. The others' letters are notes there: `A:|` ends a repeat. */
const bodyFields = /^[IKLMNPQRTUVWmrsw]$/;

function readLine(tune: TuneState, text: string, line: number): void {
  const isField = text[1] === ":" && /[A-Za-z+]/.test(text[0] as string);
  const letter = text[0] as string;
  const value = text.slice(2).trim();
  const where = { line, column: 1 };
  if (letter === "+" && isField) return;
  if (isField && tune.voice === undefined) readHeaderField(tune, letter, value, where);
  else if (isField && bodyFields.test(letter)) readBodyField(tune, letter, value, where);
  else {
    if (tune.voice === undefined) {
      report(tune, where, "music before the header's end: there is no K: field");
      beginMusic(tune);
    }
    const { voice } = tune;
    if (voice !== undefined) readMusicIn(tune, text, line);
  }
}

/** Reads a line, in which inline fields may change the voice. */
function readMusicIn(tune: TuneState, text: string, line: number): void {
  readMusic({
    tune,
    get voice() {
      return tune.voice as NonNullable<TuneState["voice"]>;
    },
    text,
    line,
    at: 0,
  });
}

/** What only the whole tune shows. */
function judgeWhole(
  { problems, warnings, voices, notes, header }: TuneState,
  text: string,
  line: number,
): void {
  const where = { line, column: 1 };
  if (text.trim() === "") keepWhole(problems, where, "an empty text");
  else if (voices.size === 0) keepWhole(problems, where, "a header without a K: field, and no music");
  else if (notes === 0) keepWhole(problems, where, "no notes");
  else if (header.M === undefined) keepWhole(warnings, where, "no M: field, so that no bar is judged");
}
