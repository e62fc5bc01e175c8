import { bytes } from "../../../../engine/arguments.js";
import { ImagoError } from "../../../../engine/errors.js";

/** What a MIDI file says of itself. */
export interface MidiSummary {
  /** 0 one track, 1 several at once, 2 several one after another. */
  readonly format: number;
  readonly tracks: number;
  /** Ticks a quarter note; `undefined` where time is counted in frames of film. */
  readonly ticksPerBeat: number | undefined;
}

/**
 * Checks that a MIDI file is whole (Standard MIDI Files 1.0): its header, as many tracks as that says, each as long as it says and with
 * an end. What reads MIDI files takes half a file without a word, and the rest is silently missing.
 *
 * @param file its bytes
 * @param name what it is called in errors
 * @throws ImagoError where it is no MIDI file or not whole
 */
export function checkMidi(file: Uint8Array, name = "the file"): MidiSummary {
  bytes.read("checkMidi", "file", file);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const refuse = (why: string): ImagoError =>
    new ImagoError(`checkMidi: ${name} is no whole MIDI file: ${why}.`);
  if (nameAt(view, 0) !== "MThd") throw refuse("it does not begin with MThd");
  if (view.byteLength < 14 || view.getUint32(4) < 6) throw refuse("its header is cut off");
  const [format, tracks, division] = [view.getUint16(8), view.getUint16(10), view.getUint16(12)];
  if (format > 2) throw refuse(`it is of format ${format}, and there are 0, 1 and 2`);
  if (tracks === 0 || division === 0) {
    throw refuse(tracks === 0 ? "its header names no track" : "its header gives no time to a tick");
  }
  const found = countTracks(view, refuse);
  if (found < tracks) throw refuse(`${found} of its ${tracks} tracks are there`);
  return { format, tracks, ticksPerBeat: division < 0x8000 ? division : undefined };
}

const nameAt = (view: DataView, at: number): string =>
  at + 4 > view.byteLength ? "" : String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));

/** Whole tracks; chunks of other names are passed over. */
function countTracks(view: DataView, refuse: (why: string) => ImagoError): number {
  let at = 8 + view.getUint32(4);
  let found = 0;
  while (at < view.byteLength) {
    if (at + 8 > view.byteLength) throw refuse("it ends within a chunk's name");
    const end = at + 8 + view.getUint32(at + 4);
    if (end > view.byteLength) {
      throw refuse(`of ${end - at - 8} bytes of a chunk ${view.byteLength - at - 8} are there`);
    }
    if (nameAt(view, at) === "MTrk") {
      found++;
      if (!endsTrack(view, at + 8, end)) throw refuse(`track ${found} has no end`);
    }
    at = end;
  }
  return found;
}

/** Whether the bytes end with the event that ends a track: FF 2F 00. */
const endsTrack = (view: DataView, start: number, end: number): boolean =>
  end - start >= 3 &&
  view.getUint8(end - 3) === 0xff &&
  view.getUint8(end - 2) === 0x2f &&
  view.getUint8(end - 1) === 0;
