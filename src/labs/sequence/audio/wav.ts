import { arrayOfNumbers, bytes as bytesField } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { number } from "../../../engine/options.js";

/** A sound of a file. */
export interface WavSound {
  /** From −1 to 1, channels averaged. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly sampleRate: number;
  /** Channels that the file has. */
  readonly channels: number;
  /** How the file holds its samples: `16 bit`, `32 bit float`. */
  readonly format: string;
}

const rateField = number({ min: 1, max: 768_000, integer: true });
/** Bytes before the samples of a file that is written here. */
const headBytes = 44;
const codes = { pcm: 1, float: 3, extensible: 0xfffe };
/** Names of forms that are not read, for errors. */
const names: Readonly<Record<number, string>> = {
  1: "PCM",
  2: "ADPCM",
  3: "float",
  6: "A-law",
  7: "µ-law",
  17: "ADPCM",
  85: "MP3",
};

/**
 * A sound as a WAV file: PCM, 16 bit, one channel. What is beyond full scale is cut off.
 *
 * @param samples from −1 to 1
 * @param sampleRate samples a second, 1 to 768000
 * @throws ImagoError on samples that are no numbers, and on rates outside their range
 */
export function writeWav(samples: ArrayLike<number>, sampleRate: number): Uint8Array {
  arrayOfNumbers.read("writeWav", "samples", samples);
  rateField.read("writeWav", "sampleRate", sampleRate);
  const bytes = new Uint8Array(headBytes + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => bytes.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, codes.pcm, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  for (let at = 0; at < samples.length; at++) {
    const value = samples[at] as number;
    if (Number.isNaN(value)) throw new ImagoError(`writeWav: sample ${at} is no number, but NaN.`);
    view.setInt16(headBytes + 2 * at, Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))), true);
  }
  return bytes;
}

interface Chunk {
  readonly begin: number;
  /** As the file says it. */
  readonly size: number;
}

interface Format {
  readonly code: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bit, or float of 32 or 64, at any rate; channels are averaged.
 *
 * @param file its bytes
 * @param name what errors call it
 * @throws ImagoError where it is none, is cut off, contradicts itself, holds no sound, or holds it in another form, such as compressed
 */
export function readWav(file: Uint8Array, name = "the file"): WavSound {
  bytesField.read("readWav", "file", file);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const wrong = (why: string): ImagoError =>
    new ImagoError(`readWav: ${name} cannot be read as WAV: ${why}.`);
  const chunks = chunksOf(file, view, wrong);
  const [fmt, data] = ["fmt ", "data"].map((word) => {
    const chunk = chunks.get(word);
    if (chunk === undefined) throw wrong(`it has no ${word.trim()} chunk, or is cut off before it`);
    return chunk;
  }) as [Chunk, Chunk];
  const format = readFormat(view, fmt, wrong);
  const there = Math.min(data.size, file.length - data.begin);
  if (there < data.size) throw wrong(`it is cut off: of ${data.size} bytes of sound ${there} are there`);
  return averaged(view, data, format, wrong);
}

function chunksOf(file: Uint8Array, view: DataView, wrong: (why: string) => ImagoError): Map<string, Chunk> {
  const word = (at: number): string => String.fromCharCode(...file.subarray(at, at + 4));
  if (word(0) === "RIFX" || word(0) === "RF64") throw wrong(`it is ${word(0)}, not RIFF`);
  if (file.length < 12 || word(0) !== "RIFF" || word(8) !== "WAVE")
    throw wrong("it does not begin with RIFF and WAVE");
  const chunks = new Map<string, Chunk>();
  for (let at = 12; at + 8 <= file.length; ) {
    const chunk = { begin: at + 8, size: view.getUint32(at + 4, true) };
    if (!chunks.has(word(at))) chunks.set(word(at), chunk);
    // Chunks of an odd length have a byte behind them.
    at = chunk.begin + chunk.size + (chunk.size % 2);
  }
  return chunks;
}

function readFormat(view: DataView, { begin, size }: Chunk, wrong: (why: string) => ImagoError): Format {
  if (size < 16 || begin + size > view.byteLength) throw wrong("its fmt chunk is cut off");
  const given = view.getUint16(begin, true);
  // The extensible form says it further on.
  const code = given === codes.extensible && size >= 26 ? view.getUint16(begin + 24, true) : given;
  const [channels, rate] = [view.getUint16(begin + 2, true), view.getUint32(begin + 4, true)];
  const [width, bits] = [view.getUint16(begin + 12, true), view.getUint16(begin + 14, true)];
  const isKnown =
    code === codes.pcm ? [8, 16, 24, 32].includes(bits) : code === codes.float && [32, 64].includes(bits);
  if (!isKnown)
    throw wrong(
      `it holds ${names[code] ?? `format ${code}`} of ${bits} bit, and PCM of 8 to 32 bit or float can be read`,
    );
  if (channels === 0 || rate === 0 || rate > 768_000)
    throw wrong(`it names ${channels} channels and ${rate} samples a second`);
  if (width !== (channels * bits) / 8)
    throw wrong("its fmt chunk contradicts itself in the size of a sample");
  return { code, channels, rate, bits };
}

function averaged(
  view: DataView,
  { begin, size }: Chunk,
  { code, channels, rate, bits }: Format,
  wrong: (why: string) => ImagoError,
): WavSound {
  const width = bits / 8;
  if (size === 0) throw wrong("it holds no sound");
  if (size % (width * channels) !== 0) throw wrong("its sound ends within a sample");
  const samples = new Float32Array(size / (width * channels));
  const read = sampleReader(view, code, bits);
  for (let at = 0; at < samples.length; at++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += read(begin + (at * channels + channel) * width);
    if (!Number.isFinite(sum)) throw wrong(`sample ${at} is no finite number`);
    samples[at] = sum / channels;
  }
  return {
    samples,
    sampleRate: rate,
    channels,
    format: `${bits} bit${code === codes.float ? " float" : ""}`,
  };
}

function sampleReader(view: DataView, code: number, bits: number): (at: number) => number {
  if (code === codes.float)
    return bits === 32 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  if (bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (bits === 16) return (at) => view.getInt16(at, true) / 32_768;
  if (bits === 24) return (at) => (view.getInt8(at + 2) * 65_536 + view.getUint16(at, true)) / 8_388_608;
  return (at) => view.getInt32(at, true) / 2_147_483_648;
}
