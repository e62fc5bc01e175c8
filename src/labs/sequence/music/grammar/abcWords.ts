import { modes, signatureOf } from "../key.js";
import { type Metre, parseMetre } from "../metre.js";

// What stands in fields, quotes and decorations: only what every reader of ABC notation knows.

/** Metres of a bar from 1/8 to three whole notes, whose beats are no shorter than sixteenths. */
export function metreWords(): ReadonlyMap<string, Metre> {
  const words = ["C", "C|"];
  for (const beats of [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
    for (const value of [2, 4, 8, 16]) if (beats / value <= 3) words.push(`${beats}/${value}`);
  }
  return new Map(words.map((word) => [word, parseMetre(word) as Metre]));
}

/** Unit lengths. */
export const unitWords: readonly string[] = ["1/4", "1/8", "1/16", "1/2", "1/32"];

/** Keys of at most seven sharps or flats, with the usual spellings of the mode: `Am`, `Edor`, `DMix`. */
export function keyWords(): string[] {
  const spelled = Object.keys(modes).flatMap((mode) => [
    mode,
    mode === "m" ? "" : mode[0]?.toUpperCase() + mode.slice(1),
  ]);
  const tonics = [..."ABCDEFG"].flatMap((tonic) => ["", "#", "b"].map((sign) => [tonic, sign] as const));
  return tonics.flatMap(([tonic, sign]) =>
    ["", ...spelled]
      .filter((mode) => signatureOf(tonic, sign, mode.toLowerCase()) !== undefined)
      .map((mode) => tonic + sign + mode),
  );
}

/** Tempos: so many beats a minute. */
export function tempoWords(): string[] {
  const counts = Array.from({ length: 271 }, (_, count) => String(count + 30));
  const beats = ["", "1/8=", "1/4=", "3/8=", "1/2=", "3/4="];
  return beats.flatMap((beat) => counts.map((count) => beat + count));
}

/** Kinds of chords that abc2midi and abcjs know. */
const chordKinds: readonly string[] = [
  ...["", "m", "7", "m7", "maj7", "M7", "6", "m6", "9", "m9", "maj9", "M9", "11", "5"],
  ...["dim", "dim7", "dim9", "aug", "+", "aug7", "sus", "sus2", "sus4", "sus9", "7sus4", "7sus9"],
];

/** Names of chords, with another note in the bass after `/`: `Am`, `D7/f+`. */
export function chordWords(): string[] {
  const roots = [..."ABCDEFG"].flatMap((root) => ["", "#", "b"].map((sign) => root + sign));
  const names = roots.flatMap((root) => chordKinds.map((kind) => root + kind));
  const basses = [..."ABCDEFGabcdefg"].flatMap((bass) =>
    ["", "#", "b", "+"].map((sign) => `/${bass}${sign}`),
  );
  const plainKinds = ["", "m", "7", "m7"];
  const overBass = roots.flatMap((root) => plainKinds.map((kind) => root + kind));
  return [...names, ...overBass.flatMap((name) => basses.map((bass) => name + bass))];
}

/** Names of decorations. */
export const decorationWords: readonly string[] = [
  ...["trill", "mordent", "lowermordent", "uppermordent", "roll", "turn", "slide", "arpeggio", "fermata"],
  ...["accent", "emphasis", "tenuto", "staccato", "upbow", "downbow", "breath"],
  ...["ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "sfz"],
];
