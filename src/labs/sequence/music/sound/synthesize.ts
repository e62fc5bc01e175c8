import { ImagoError } from "../../../../engine/errors.js";
import {
  type FieldsOf,
  list,
  number,
  numbers,
  optional,
  type ReadOf,
  readOptions,
  record,
} from "../../../../engine/options.js";
import { addTone, type Tone } from "./tone.js";

/** A note to sound. */
export interface SoundNote {
  /** Its key, 0 to 127, parts of a semitone too: 60 is middle C, 69 the A of 440 Hz. */
  readonly pitch: number;
  /** When it begins, in seconds from 0. */
  readonly time: number;
  /** In seconds, above 0. */
  readonly duration: number;
  /** How loud it is, 0 to 1. Default: 0.8. */
  readonly velocity?: number | undefined;
}

export interface SynthesizeOptions {
  /** Samples a second, 4000 to 192000. Default: 44100, as on a compact disc. */
  readonly sampleRate?: number | undefined;
  /**
   * How loud each partial is, from the fundamental tone up; those above half the sample rate are left out. Default: 1, 0.5, 0.33, 0.2,
   * 0.12, 0.08, like a plucked string.
   */
  readonly partials?: readonly number[] | undefined;
  /** Seconds in which a note comes to its full loudness, 0.001 to 1. Default: 0.01, short of which one hears a click. */
  readonly attack?: number | undefined;
  /** Seconds in which it dies away behind its end, 0.001 to 5. Default: 0.08. */
  readonly release?: number | undefined;
  /** Seconds in which a held note falls to half its loudness, 0.01 to 1000. Default: 0.6. */
  readonly halfLife?: number | undefined;
  /** The loudest sample, above 0 and up to 1. Default: 0.9: nothing is cut off. */
  readonly peak?: number | undefined;
}

/** How {@link SynthesizeOptions} are read. */
export const synthesizeFields = {
  sampleRate: number({ default: 44_100, min: 4000, max: 192_000, integer: true, unit: "hz" }),
  partials: optional(numbers({ min: 0, max: 1 })),
  attack: number({ default: 0.01, min: 0.001, max: 1, unit: "s" }),
  release: number({ default: 0.08, min: 0.001, max: 5, unit: "s" }),
  halfLife: number({ default: 0.6, min: 0.01, max: 1000, unit: "s" }),
  peak: number({ default: 0.9, above: 0, max: 1 }),
} satisfies FieldsOf<SynthesizeOptions>;

const pluckedString: readonly number[] = [1, 0.5, 0.33, 0.2, 0.12, 0.08];

/** {@link SynthesizeOptions} in full. */
export type SynthesizeSettings = ReadOf<typeof synthesizeFields>;

/** An hour: more would not fit in memory with all that uses it. */
const longest = 3600;

const noteFields = {
  pitch: number({ min: 0, max: 127 }),
  time: number({ min: 0, max: longest }),
  duration: number({ above: 0, max: longest }),
  velocity: number({ default: 0.8, min: 0, max: 1 }),
} satisfies FieldsOf<SoundNote>;

const noteList = list(record(noteFields), "an array of notes");

/**
 * The sound of notes by additive synthesis: each the sum of sines whose frequencies are whole multiples of its own, in equal temperament
 * with the A of 440 Hz, exact to the rounding of float64.
 *
 * @param notes at least one; more than pitch, time, duration and velocity is refused
 * @returns samples from −1 to 1, the loudest of them at `peak`, until the last note has died away
 * @throws ImagoError where there is no note or only silent ones, on values outside their range and on unknown options
 */
export function synthesize(notes: readonly SoundNote[], options: SynthesizeOptions = {}): Float32Array {
  const settings = readOptions("synthesize", options, synthesizeFields);
  return synthesizeNotes("synthesize", noteList.read("synthesize", "notes", notes), settings);
}

/** As {@link synthesize}, for what has been read. */
export function synthesizeNotes(
  where: string,
  notes: readonly Tone[],
  settings: SynthesizeSettings,
): Float32Array {
  const { sampleRate, release, peak, partials = pluckedString } = settings;
  if (notes.length === 0) throw new ImagoError(`${where}: there are no notes.`);
  const end = notes.reduce((last, note) => Math.max(last, note.time + note.duration), 0) + release;
  if (end > longest)
    throw new ImagoError(`${where}: the notes last ${Math.round(end)} seconds, more than an hour.`);
  const sum = new Float64Array(Math.ceil(end * sampleRate) + 1);
  for (const note of notes) addTone(sum, note, partials, sampleRate, settings);
  const loudest = sum.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  if (loudest === 0) {
    throw new ImagoError(`${where}: nothing sounds.`, {
      help: "Every note is silent, or above what the sample rate can hold.",
    });
  }
  return Float32Array.from(sum, (sample) => (sample / loudest) * peak);
}
