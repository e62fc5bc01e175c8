import { type Fraction, fraction, one } from "../fraction.js";
import { type MusicLine, placeAt, take } from "./musicLine.js";
import { brief, report } from "./tuneState.js";

/** Largest number in a length. */
const largest = 9999;
/** Smallest part that notes are written in. Other parts than halves of halves are what tuplets are for. */
const smallest = 256;
/** Halvings by slashes alone, as in `///`. */
const mostSlashes = 8;

/**
 * The length behind a note, rest or chord, in units: `2`, `/2`, `/`, `//`, `3/2`; one where there is none.
 */
export function takeLength(music: MusicLine): Fraction {
  const start = music.at;
  const [text = "", above = "", slashes = "", below = ""] = take(music, /(\d*)(\/*)(\d*)/y) ?? [];
  if (text === "") return one;
  const numerator = above === "" ? 1 : Number(above);
  const denominator = below === "" ? 2 ** Math.min(slashes.length, mostSlashes + 1) : Number(below);
  const why =
    numerator === 0 || denominator === 0
      ? `the length ${brief(text)} is none`
      : slashes.length > mostSlashes || (slashes.length > 1 && below !== "")
        ? `the length ${brief(text)} has too many slashes`
        : numerator > largest || denominator > largest
          ? `the length ${brief(text)} is beyond all notes`
          : denominator > smallest || !Number.isInteger(Math.log2(denominator))
            ? `the length ${brief(text)} is in no halves, quarters and so on down to ${smallest}`
            : undefined;
  if (why === undefined) return fraction(numerator, denominator);
  report(music.tune, placeAt(music, start), why);
  return one;
}
