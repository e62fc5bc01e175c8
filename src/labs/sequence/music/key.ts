/** Sharps of the major key on each tonic; below 0 flats. */
const sharps: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: -1, G: 1, A: 3, B: 5 };

/** What a mode adds to the sharps of the major key on the same tonic. */
export const modes: Readonly<Record<string, number>> = {
  maj: 0,
  ion: 0,
  m: -3,
  min: -3,
  aeo: -3,
  mix: -1,
  dor: -2,
  phr: -4,
  lyd: 1,
  loc: -5,
};

/** Sharps in a key's signature, from 7 to −7; `undefined` for a key that would need more. */
export function signatureOf(tonic: string, accidental: string, mode: string): number | undefined {
  const major = sharps[tonic];
  const shift = modes[mode === "" ? "maj" : mode];
  if (major === undefined || shift === undefined) return undefined;
  const count = major + shift + (accidental === "#" ? 7 : accidental === "b" ? -7 : 0);
  return Math.abs(count) <= 7 ? count : undefined;
}

const clef =
  /^(?:clef=|treble|bass|alto|tenor|perc|none|middle=|transpose=|octave=|stafflines=|staves=|style=|name=|nm=|snm=|stem=)/;

/**
 * Why a `K:` field's value is no key, or `undefined` where it is one: a tonic, a mode (its first three letters count, in
 * any case), then accidentals and clefs (ABC standard 2.1, section 3.1.14). `none`, nothing, and the pipes' `HP` and
 * `Hp` are keys too.
 */
export function keyProblem(written: string): string | undefined {
  const text = written.trim();
  const [, tonic, accidental = "", after = ""] = /^([A-G])([#b]?)(.*)$/.exec(text) ?? [];
  if (tonic === undefined) {
    const rest = text.replace(/^(?:none|HP|Hp)(?=\s|$)/, "").trim();
    return rest === "" || isModifiers(rest) ? undefined : "it begins with no tonic A to G";
  }
  const [, word = "", others = ""] = /^\s*([A-Za-z]*)(?![=A-Za-z])(.*)$/.exec(after) ?? ["", "", after];
  const mode = modeOf(word);
  const rest = (mode === undefined ? after : others).trim();
  if (rest !== "" && !isModifiers(rest)) return `${JSON.stringify(rest)} is no mode, accidental or clef`;
  return signatureOf(tonic, accidental, mode ?? "") === undefined
    ? "it would need more than seven sharps or flats"
    : undefined;
}

function modeOf(word: string): string | undefined {
  const name = word.toLowerCase();
  const mode = name === "m" ? name : name.slice(0, 3);
  return mode !== "" && Object.hasOwn(modes, mode) ? mode : undefined;
}

/** Whether all words are accidentals or clefs. */
function isModifiers(text: string): boolean {
  return text
    .split(/\s+/)
    .every((word) => clef.test(word) || word === "exp" || /^(?:(?:\^{1,2}|_{1,2}|=)[A-Ga-g])+$/.test(word));
}
