import { type FieldsOf, readOptions } from "../../../../engine/options.js";
import { type PassOptions, passFields } from "../check/passedTune.js";
import { readMidi } from "../midi/readMidi.js";
import { tuneMidi } from "../midi/tuneMidi.js";
import type { Load } from "../packages.js";
import { type SynthesizeOptions, synthesizeFields, synthesizeNotes } from "./synthesize.js";

export interface TuneSamplesOptions extends PassOptions, SynthesizeOptions {}

const fields = { ...passFields, ...synthesizeFields } satisfies FieldsOf<TuneSamplesOptions>;

/**
 * The sound of a tune as its MIDI file has it, repeats and accompaniment included: `writeWav(await tuneSamples(abc), 44100)` is a file
 * to hear. Takes abcjs and @tonejs/midi, two optional packages.
 *
 * @param abc one tune in ABC notation
 * @param load what imports the packages. Default: Node
 * @returns samples from −1 to 1 at `sampleRate`
 * @throws ImagoError where the check (`checkAbc`) finds fault with the tune, naming bar and reason; where a package is not installed; on
 * unknown options and values outside their range
 */
export async function tuneSamples(
  abc: string,
  options: TuneSamplesOptions = {},
  load?: Load,
): Promise<Float32Array> {
  const { allowWrongBars, ...settings } = readOptions("tuneSamples", options, fields);
  const midi = await tuneMidi(abc, { allowWrongBars }, load);
  const { notes } = await readMidi(midi, "the tune's MIDI", load);
  // Grace notes may come out with no time at all.
  const sounding = notes.filter(({ duration }) => duration > 0);
  return synthesizeNotes("tuneSamples", sounding, settings);
}
