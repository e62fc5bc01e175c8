import { keyProblem } from "../key.js";
import { defaultUnit, freeMetre, parseMetre, parseUnit } from "../metre.js";
import { type MusicLine, placeAt, take } from "./musicLine.js";
import { brief, endBar, newVoice, type Place, report, type TuneState, type VoiceState } from "./tuneState.js";

/** Why the value of a field will not do, by the field's letter; fields that are not here take any text. */
const rules: Readonly<Record<string, (value: string) => string | undefined>> = {
  X: (value) => (/^\d{1,9}$/.test(value) ? undefined : "it must be a whole number"),
  M: (value) => (parseMetre(value) === undefined ? "it is no metre as 6/8, C, C| or none" : undefined),
  L: (value) => (parseUnit(value) === undefined ? "it is no unit length as 1/8, of 1/1 to 1/512" : undefined),
  K: keyProblem,
  Q: (value) => (isTempo(value) ? undefined : "it is no tempo as 1/4=120"),
};

/** `120`, `1/4=120`, `1/4 3/8=40`, `C=100`, with a word in quotes before or behind, or that alone. */
function isTempo(value: string): boolean {
  const bare = value.replaceAll(/"[^"]*"/g, "").trim();
  if (bare === "") return value.includes('"');
  const parts = /^(?:(C\d?|(?:\d{1,4}\/\d{1,4}\s*){1,4})\s*=\s*)?(\d{1,4})$/.exec(bare);
  return parts !== null && Number(parts[2]) > 0 && !/(?:^|\s)0+\/|\/0+(?!\d)/.test(parts[1] ?? "");
}

/** Says what is wrong with a field. @returns whether nothing is */
function checkField(tune: TuneState, letter: string, value: string, where: Place): boolean {
  const why = rules[letter]?.(value);
  if (why !== undefined) report(tune, where, `${letter}:${brief(value)} will not do: ${why}`);
  return why === undefined;
}

/** A field of the header. `K:` ends it, and the music begins. */
export function readHeaderField(tune: TuneState, letter: string, value: string, where: Place): void {
  if (letter !== "T" || tune.header.T === undefined) tune.header[letter] = value;
  if (letter === "U") defineSign(tune, value);
  const isGood = checkField(tune, letter, value, where);
  if (isGood && letter === "M") tune.metre = parseMetre(value) ?? freeMetre;
  if (isGood && letter === "L") tune.unit = parseUnit(value);
  if (letter === "K") beginMusic(tune);
}

/** The first voice, with what the header gives. */
export function beginMusic(tune: TuneState, name?: string): VoiceState {
  const voice = newVoice(name, tune.metre, tune.unit ?? defaultUnit(tune.metre));
  tune.voices.set(name, voice);
  tune.voice = voice;
  return voice;
}

/** A field in the midst of the music. */
export function readBodyField(tune: TuneState, letter: string, value: string, where: Place): void {
  const voice = tune.voice as VoiceState;
  const isGood = checkField(tune, letter, value, where);
  if (isGood && letter === "M") voice.metre = parseMetre(value) ?? freeMetre;
  if (isGood && letter === "L") voice.unit = parseUnit(value) ?? voice.unit;
  // A new part begins.
  if (letter === "P") endBar(voice, true);
  if (letter === "U") defineSign(tune, value);
  if (letter === "V") changeVoice(tune, voice, value.split(/\s/)[0] as string);
}

/** `U: W = !trill!` gives a letter a meaning. */
function defineSign(tune: TuneState, value: string): void {
  const [, sign] = /^([H-Yh-w~])\s*=/.exec(value) ?? [];
  if (sign !== undefined) tune.userSigns.add(sign);
}

function changeVoice(tune: TuneState, voice: VoiceState, name: string): void {
  const isUnused = voice.name === undefined && voice.closed.length === 0 && !voice.bar.hasMusic;
  if (isUnused) {
    tune.voices.delete(undefined);
    tune.voices.set(name, { ...voice, name });
  }
  tune.voice = tune.voices.get(name) ?? beginMusic(tune, name);
}

/** At `[K:`: a field within a line. */
export function readInlineField(music: MusicLine): void {
  const start = music.at;
  const found = take(music, /\[([A-Za-z]):([^\]]*)\]/y);
  if (found === undefined) {
    report(music.tune, placeAt(music, start), "a field [ left open");
    music.at = music.text.length;
    return;
  }
  const [, letter = "", value = ""] = found;
  readBodyField(music.tune, letter, value.trim(), placeAt(music, start));
}
