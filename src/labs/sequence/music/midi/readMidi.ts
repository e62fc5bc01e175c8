import { ImagoError, messageOf } from "../../../../engine/errors.js";
import { type Load, loadPackage } from "../packages.js";
import { checkMidi } from "./checkMidi.js";

/** A note as it sounds. */
export interface MidiNote {
  /** Its key: 60 is middle C, 69 the A of 440 Hz. */
  readonly pitch: number;
  /** When it begins, in seconds. */
  readonly time: number;
  /** In seconds. */
  readonly duration: number;
  /** How loud it is struck, 0 to 1. */
  readonly velocity: number;
  /** Its track, from 0. */
  readonly track: number;
}

export interface MidiSound {
  /** In the order in which they begin. */
  readonly notes: readonly MidiNote[];
  /** When the last note ends. */
  readonly seconds: number;
}

/** What is used of @tonejs/midi. */
interface Tone {
  readonly Midi: new (
    file: Uint8Array,
  ) => {
    readonly tracks: readonly {
      readonly notes: readonly {
        readonly midi: number;
        readonly time: number;
        readonly duration: number;
        readonly velocity: number;
      }[];
    }[];
  };
}

/**
 * The notes of a MIDI file, with changes of tempo worked in. Read by @tonejs/midi, an optional package, after {@link checkMidi} has found
 * the file whole.
 *
 * @param file its bytes
 * @param name what it is called in errors
 * @param load what imports the package. Default: Node
 * @throws ImagoError where the file is no whole MIDI file, where its events make no sense, and where the package is not installed
 */
export async function readMidi(file: Uint8Array, name = "the file", load?: Load): Promise<MidiSound> {
  const { ticksPerBeat } = checkMidi(file, name);
  if (ticksPerBeat === undefined) {
    throw new ImagoError(`readMidi: ${name} counts time in frames of film, which is not read.`);
  }
  const { Midi } = (await loadPackage("readMidi", "reading MIDI", "@tonejs/midi", load)) as Tone;
  const notes = readNotes(() => new Midi(file), name);
  notes.sort((a, b) => a.time - b.time || a.track - b.track || a.pitch - b.pitch);
  return { notes, seconds: notes.reduce((end, note) => Math.max(end, note.time + note.duration), 0) };
}

function readNotes(open: () => InstanceType<Tone["Midi"]>, name: string): MidiNote[] {
  try {
    return open().tracks.flatMap((track, index) =>
      track.notes.map(({ midi: pitch, time, duration, velocity }) => ({
        pitch,
        time,
        duration,
        velocity,
        track: index,
      })),
    );
  } catch (cause) {
    throw new ImagoError(`readMidi: the events of ${name} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}
