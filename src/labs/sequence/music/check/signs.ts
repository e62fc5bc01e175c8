import { fraction } from "../fraction.js";
import { tupletTime } from "../metre.js";
import { type MusicLine, placeAt, take } from "./musicLine.js";
import { brief, report, touch, warn } from "./tuneState.js";

/** Most notes of a tuplet. */
const mostNotes = 32;

/** At `(`: a tuplet where a number follows, else a slur. */
export function readParenthesis(music: MusicLine): void {
  const { tune, voice } = music;
  const start = music.at;
  const where = placeAt(music, start);
  const tuplet = take(music, /\((\d+)(?::(\d*))?(?::(\d*))?/y);
  if (tuplet === undefined) {
    music.at++;
    touch(voice, where);
    voice.slurs.push(where);
    return;
  }
  touch(voice, where);
  const [text, notes = "", time = "", affected = ""] = tuplet;
  const p = Number(notes);
  const q = time === "" ? tupletTime(p, voice.metre.isCompound) : Number(time);
  const r = affected === "" ? p : Number(affected);
  const isOdd =
    [p, q, r].some((count) => count < 1 || count > mostNotes) || (time === "" && (p < 2 || p > 9));
  if (isOdd) report(tune, where, `${brief(text)} is no tuplet`);
  else if (voice.tuplet !== undefined) report(tune, where, `the tuplet ${text} within another`);
  else voice.tuplet = { text, place: where, factor: fraction(q, p), count: r, left: r };
}

/** At `)`. */
export function readSlurEnd(music: MusicLine): void {
  const where = placeAt(music, music.at++);
  if (music.voice.slurs.pop() === undefined) warn(music.tune, where, "a slur that ends and never began");
}

/** At `"`: a chord's name or a remark. */
export function readQuote(music: MusicLine): void {
  const start = music.at;
  touch(music.voice, placeAt(music, start));
  if (take(music, /"(?:[^"\\]|\\.)*"/y) !== undefined) return;
  report(music.tune, placeAt(music, start), "quote left open");
  music.at = music.text.length;
}

/** At `!` or `+`: a decoration by its name. */
export function readDecoration(music: MusicLine): void {
  const start = music.at;
  touch(music.voice, placeAt(music, start));
  const found = take(music, /!([^!|"\s]+)!|\+([^+|"\s]+)\+/y);
  if (found !== undefined) return;
  const sign = music.text[music.at++] as string;
  report(music.tune, placeAt(music, start), `decoration left open after ${sign}`);
}

/** At `y`: room between notes, with its width. */
export function readSpacer(music: MusicLine): void {
  take(music, /y[\d/]*/y);
}

/** At `\`: the line goes on in the next. */
export function readContinuation(music: MusicLine): void {
  const start = music.at++;
  const rest = take(music, /\s*/y);
  if (rest !== undefined && music.at === music.text.length) return;
  report(music.tune, placeAt(music, start), "\\ within a line");
}
