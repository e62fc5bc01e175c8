import { type Fraction, fraction, one, times } from "../fraction.js";
import { takeLength } from "./lengths.js";
import { type MusicLine, placeAt, take } from "./musicLine.js";
import { brief, enter, lengthen, type Place, report, touch, warn } from "./tuneState.js";

interface Pitch {
  /** Letter and octave marks: `c'`. */
  readonly text: string;
}

/** Keys of the letters C to B above middle C's, as MIDI counts them; small letters are an octave higher. */
const keys: Readonly<Record<string, number>> = { C: 60, D: 62, E: 64, F: 65, G: 67, A: 69, B: 71 };

/** Whether a note is so low or high that no MIDI key stands for it. */
function isBeyondKeys(letter: string, octave: string): boolean {
  const ups = octave.split("'").length - octave.split(",").length;
  const key = (keys[letter.toUpperCase()] as number) + 12 * ups + (letter >= "a" ? 12 : 0);
  return key < 2 || key > 125;
}

/** A note's accidental, letter and octave marks, or `undefined` with the problem said. */
function takePitch(music: MusicLine): Pitch | undefined {
  const start = music.at;
  const found = take(music, /([_=^]*)([A-Ga-g]?)([,']*)/y);
  const [text = "", accidental = "", letter = "", octave = ""] = found ?? [];
  if (letter === "") {
    report(music.tune, placeAt(music, start), `the accidental ${brief(accidental)} stands before no note`);
    return undefined;
  }
  if (!/^(?:\^{0,2}|_{0,2}|=)$/.test(accidental)) {
    report(music.tune, placeAt(music, start), `${brief(accidental)} in ${brief(text)} is no accidental`);
  }
  if (isBeyondKeys(letter, octave)) {
    report(
      music.tune,
      placeAt(music, start),
      `the note ${brief(text)} is too ${octave.includes(",") ? "low" : "high"} to be played`,
    );
  }
  return { text: letter + octave };
}

/** A note, a chord or a rest takes its time in the bar. */
function place(
  music: MusicLine,
  at: number,
  written: Fraction,
  pitches: readonly string[] | undefined,
): void {
  const { tune, voice } = music;
  const where = placeAt(music, at);
  enter(voice, where);
  let length = times(written, voice.unit);
  if (voice.tuplet !== undefined) {
    length = times(length, voice.tuplet.factor);
    voice.tuplet.left--;
    if (voice.tuplet.left === 0) voice.tuplet = undefined;
  }
  if (voice.broken !== undefined) {
    length = times(length, voice.broken.factor);
    voice.broken = undefined;
  }
  voice.last = { before: voice.bar.length, length };
  lengthen(tune, voice, where, length);
  settleTie(music, pitches);
  voice.pitches = pitches;
  tune.notes += pitches?.length ?? 0;
}

function settleTie({ tune, voice }: MusicLine, pitches: readonly string[] | undefined): void {
  const { tie } = voice;
  voice.tie = undefined;
  if (tie === undefined) return;
  if (pitches === undefined) warn(tune, tie.place, "a tie to a rest");
  else if (!tie.pitches.some((pitch) => pitches.includes(pitch))) {
    warn(tune, tie.place, "a tie between different notes");
  }
}

/** At a note or its accidental. */
export function readNote(music: MusicLine): void {
  const start = music.at;
  const pitch = takePitch(music);
  if (pitch === undefined) return;
  place(music, start, takeLength(music), [pitch.text]);
}

/** At `z` or `x`. */
export function readRest(music: MusicLine): void {
  const start = music.at++;
  place(music, start, takeLength(music), undefined);
}

/** At `Z` or `X`: whole bars. */
export function readBarRest(music: MusicLine): void {
  const { tune, voice } = music;
  const start = music.at++;
  const [text = ""] = take(music, /\d*/y) ?? [];
  const where = placeAt(music, start);
  enter(voice, where);
  const isOdd = text !== "" && (Number(text) === 0 || text.length > 3);
  if (isOdd) report(tune, where, `a rest of ${brief(text)} bars`);
  voice.bar.wholeBars += isOdd || text === "" ? 1 : Number(text);
  voice.pitches = undefined;
  settleTie(music, undefined);
}

/** What may stand between a chord's notes and those of grace notes, and says nothing about time. */
const between = /[ \t~.HLMOPSTuv()-]|!\w[^!]*!|"[^"]*"/y;

/** At `[` before notes. A chord lasts as long as its first note, times what stands behind it (ABC standard 2.1, section 4.17). */
export function readChord(music: MusicLine): void {
  const start = music.at++;
  const { notes, ties, isClosed } = takeNotes(music, "]");
  const [first] = notes;
  if (!isClosed) report(music.tune, placeAt(music, start), "chord left open");
  const outer = isClosed ? takeLength(music) : one;
  if (first === undefined) {
    if (isClosed) report(music.tune, placeAt(music, start), "a chord without notes");
    return;
  }
  place(
    music,
    start,
    times(first.length, outer),
    notes.map(({ pitch }) => pitch.text),
  );
  if (ties > 0) tieOn(music, placeAt(music, start));
}

/** At `{`. Grace notes take no time of their own. */
export function readGrace(music: MusicLine): void {
  const start = music.at++;
  take(music, /\//y);
  touch(music.voice, placeAt(music, start));
  const { notes, isClosed } = takeNotes(music, "}");
  if (!isClosed) report(music.tune, placeAt(music, start), "grace notes left open");
  else if (notes.length === 0) report(music.tune, placeAt(music, start), "grace notes without notes");
}

interface TakenNotes {
  readonly notes: readonly { readonly pitch: Pitch; readonly length: Fraction }[];
  /** Notes with a tie behind them. */
  readonly ties: number;
  readonly isClosed: boolean;
}

function takeNotes(music: MusicLine, close: "]" | "}"): TakenNotes {
  const notes: { pitch: Pitch; length: Fraction }[] = [];
  let ties = 0;
  while (music.at < music.text.length) {
    const sign = music.text[music.at] as string;
    if (sign === close) {
      music.at++;
      return { notes, ties, isClosed: true };
    }
    if (/[_=^A-Ga-g]/.test(sign)) {
      const pitch = takePitch(music);
      const length = takeLength(music);
      if (pitch !== undefined) notes.push({ pitch, length });
    } else if (sign === "|" || sign === "[") {
      break;
    } else if (take(music, between) !== undefined) {
      if (sign === "-") ties++;
    } else if (close === "}" && take(music, /[<>[\]/]/y) !== undefined) {
      // Broken rhythm and chords are written among grace notes, and take no time there either.
    } else {
      report(music.tune, placeAt(music, music.at++), `the unknown sign ${JSON.stringify(sign)} among notes`);
    }
  }
  return { notes, ties, isClosed: false };
}

/** At `-`. */
export function readTie(music: MusicLine): void {
  tieOn(music, placeAt(music, music.at++));
}

function tieOn({ tune, voice }: MusicLine, where: Place): void {
  if (voice.pitches === undefined) report(tune, where, "a tie after no note");
  else voice.tie = { place: where, pitches: voice.pitches };
}

/** At `<` or `>`: notes of unequal time, dotted once for each sign (ABC standard 2.1, section 4.4). */
export function readBroken(music: MusicLine): void {
  const { tune, voice } = music;
  const start = music.at;
  const [text = ""] = take(music, />+|<+/y) ?? [];
  const where = placeAt(music, start);
  if (voice.last === undefined || voice.broken !== undefined) {
    report(tune, where, `broken rhythm ${brief(text)} after no note`);
    return;
  }
  if (text.length > 3) report(tune, where, `broken rhythm ${brief(text)} with more than three signs`);
  const part = fraction(1, 2 ** Math.min(text.length, 3));
  const rest = fraction(2 * part.denominator - 1, part.denominator);
  const [first, second] = text.startsWith(">") ? [rest, part] : [part, rest];
  voice.broken = { text: brief(text), place: where, factor: second };
  const { before, length } = voice.last;
  voice.bar.length = before;
  lengthen(tune, voice, where, times(length, first));
}
