import { ImagoError } from "../../../../engine/errors.js";
import { type FieldsOf, readOptions } from "../../../../engine/options.js";
import { type PassOptions, passFields, passTune } from "../check/passedTune.js";
import { type Load, loadPackage, running } from "../packages.js";
import { checkMidi } from "./checkMidi.js";

export interface TuneMidiOptions extends PassOptions {}

const fields = passFields satisfies FieldsOf<TuneMidiOptions>;

/** What is used of abcjs. */
interface Abcjs {
  readonly synth: {
    getMidiFile(abc: string, options: { readonly midiOutputType: "binary" }): unknown;
  };
}

/**
 * A tune as a MIDI file: repeats played out, chord names as an accompaniment in tracks of their own. Made by abcjs, an optional package.
 *
 * @param abc one tune in ABC notation
 * @param load what imports abcjs. Default: Node
 * @returns the file's bytes
 * @throws ImagoError where the check (`checkAbc`) finds fault with the tune, naming bar and reason; where abcjs is not installed; on
 * unknown options
 */
export async function tuneMidi(abc: string, options: TuneMidiOptions = {}, load?: Load): Promise<Uint8Array> {
  const { allowWrongBars } = readOptions("tuneMidi", options, fields);
  passTune("tuneMidi", abc, allowWrongBars);
  const { synth } = (await loadPackage("tuneMidi", "MIDI of a tune", "abcjs", load)) as Abcjs;
  const made = running("tuneMidi", "abcjs", () =>
    synth.getMidiFile(abc.trim(), { midiOutputType: "binary" }),
  );
  const file: unknown = Array.isArray(made) ? made[0] : made;
  if (!(file instanceof Uint8Array)) throw new ImagoError("tuneMidi: abcjs made no MIDI file of the tune.");
  checkMidi(file, "what abcjs made");
  return file;
}
