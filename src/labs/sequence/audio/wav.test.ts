import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWav, writeWav } from "./wav.js";

/** A WAV file of given chunks. */
function wavOf(chunks: readonly (readonly [string, readonly number[]])[]): Uint8Array {
  const bytes = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
  const body = chunks.flatMap(([name, data]) => [
    ...bytes(name),
    ...u32(data.length),
    ...data,
    ...(data.length % 2 === 1 ? [0] : []),
  ]);
  return Uint8Array.from([...bytes("RIFF"), ...u32(body.length + 4), ...bytes("WAVE"), ...body]);
}

const u16 = (value: number): number[] => [value & 255, (value >> 8) & 255];
const u32 = (value: number): number[] => [...u16(value & 65535), ...u16(value >>> 16)];

const fmt = (kind: number, channels: number, rate: number, bits: number): [string, number[]] => {
  const size = (channels * bits) / 8;
  return [
    "fmt ",
    [...u16(kind), ...u16(channels), ...u32(rate), ...u32(rate * size), ...u16(size), ...u16(bits)],
  ];
};

/** KSDATAFORMAT_SUBTYPE_PCM and _IEEE_FLOAT but for their first two bytes. */
const guid = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

describe("writeWav and readWav", () => {
  it("write 16 bit PCM as the format has it", () => {
    const file = writeWav([0, 0.5, -1, 1], 8000);
    expect([...file.subarray(0, 44)]).toEqual([
      ...[..."RIFF"].map((letter) => letter.charCodeAt(0)),
      ...u32(44),
      ...[..."WAVEfmt "].map((letter) => letter.charCodeAt(0)),
      ...[...u32(16), ...u16(1), ...u16(1), ...u32(8000), ...u32(16000), ...u16(2), ...u16(16)],
      ...[..."data"].map((letter) => letter.charCodeAt(0)),
      ...u32(8),
    ]);
    expect([...file.subarray(44)]).toEqual([0, 0, 0, 0x40, 0, 0x80, 0xff, 0x7f]);
  });

  it("give back what was written to the last bit of 16", () => {
    const levels = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(levels, fc.integer({ min: 1, max: 768000 }), (values, rate) => {
        const samples = values.map((value) => value / 32768);
        const { samples: back, sampleRate, channels, format } = readWav(writeWav(samples, rate));
        expect([...back]).toEqual(samples);
        expect({ sampleRate, channels, format }).toEqual({ sampleRate: rate, channels: 1, format: "16 bit" });
      }),
    );
  });

  it("cut off what is beyond full scale", () => {
    expect([...readWav(writeWav([1.5, -7, Number.POSITIVE_INFINITY], 8000)).samples]).toEqual([
      32767 / 32768,
      -1,
      32767 / 32768,
    ]);
  });
});

describe("readWav", () => {
  it.each([
    ["8 bit", 1, 8, [128, 192, 0], [0, 0.5, -1]],
    ["16 bit", 1, 16, [...u16(0), ...u16(0x4000), ...u16(0x8000)], [0, 0.5, -1]],
    ["24 bit", 1, 24, [0, 0, 0, 0, 0, 0x40, 0, 0, 0x80, 255, 255, 255], [0, 0.5, -1, -1 / 8388608]],
    ["32 bit", 1, 32, [...u32(0), ...u32(0x40000000), ...u32(0x80000000)], [0, 0.5, -1]],
    ["32 bit float", 3, 32, [0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf], [0.5, -1]],
    ["64 bit float", 3, 64, [0, 0, 0, 0, 0, 0, 0xe0, 0x3f], [0.5]],
  ])("reads %s", (format, kind, bits, data, samples) => {
    const sound = readWav(wavOf([fmt(kind, 1, 44100, bits), ["data", data]]));
    expect([...sound.samples]).toEqual(samples);
    expect(sound.sampleRate).toBe(44100);
    expect(sound.format).toBe(format);
  });

  it("averages channels", () => {
    const data = [...u16(0x4000), ...u16(0), ...u16(0x8000), ...u16(0x8000)];
    const sound = readWav(wavOf([fmt(1, 2, 8000, 16), ["data", data]]));
    expect([...sound.samples]).toEqual([0.25, -1]);
    expect(sound.channels).toBe(2);
  });

  it("reads the extensible form", () => {
    const [, plain] = fmt(0xfffe, 1, 48000, 16);
    const form: [string, number[]] = [
      "fmt ",
      [...plain, ...u16(22), ...u16(16), ...u32(4), ...u16(1), ...guid],
    ];
    expect([...readWav(wavOf([form, ["data", u16(0x4000)]])).samples]).toEqual([0.5]);
    const floats: [string, number[]] = [
      "fmt ",
      [...fmt(0xfffe, 1, 48000, 32)[1], ...u16(22), ...u16(32), ...u32(4), ...u16(3), ...guid],
    ];
    expect(readWav(wavOf([floats, ["data", [0, 0, 0, 0x3f]]])).format).toBe("32 bit float");
  });

  it("passes over other chunks, of odd length too, in any order", () => {
    const file = wavOf([["LIST", [1, 2, 3]], ["data", u16(0x4000)], ["odd ", [9]], fmt(1, 1, 8000, 16)]);
    expect([...readWav(file).samples]).toEqual([0.5]);
  });

  it("takes a part of a larger buffer", () => {
    const file = writeWav([0.5], 8000);
    const larger = new Uint8Array(file.length + 7);
    larger.set(file, 3);
    expect([...readWav(larger.subarray(3, 3 + file.length)).samples]).toEqual([0.5]);
  });

  const good = writeWav([0.5, 0.25], 8000);

  it.each([
    [new Uint8Array(0), "it does not begin with RIFF and WAVE"],
    [
      Uint8Array.from([..."MThd and more"].map((letter) => letter.charCodeAt(0))),
      "it does not begin with RIFF",
    ],
    [wavOf([["data", [0, 0]]]), "it has no fmt chunk, or is cut off before it"],
    [wavOf([fmt(1, 1, 8000, 16)]), "it has no data chunk, or is cut off before it"],
    [good.subarray(0, 30), "it has no data chunk, or is cut off before it"],
    [good.subarray(0, 47), "it is cut off: of 4 bytes of sound 3 are there"],
    [wavOf([fmt(1, 1, 8000, 16), ["data", []]]), "it holds no sound"],
    [wavOf([fmt(1, 2, 8000, 16), ["data", [0, 0]]]), "its sound ends within a sample"],
    [wavOf([fmt(1, 1, 8000, 12), ["data", [0, 0]]]), "it holds PCM of 12 bit"],
    [wavOf([fmt(6, 1, 8000, 8), ["data", [0]]]), "it holds A-law of 8 bit"],
    [wavOf([fmt(85, 1, 8000, 0), ["data", [0]]]), "it holds MP3 of 0 bit"],
    [wavOf([fmt(77, 1, 8000, 16), ["data", [0, 0]]]), "it holds format 77 of 16 bit"],
    [wavOf([fmt(1, 0, 8000, 16), ["data", [0, 0]]]), "it names 0 channels and 8000 samples a second"],
    [wavOf([fmt(1, 1, 0, 16), ["data", [0, 0]]]), "it names 1 channels and 0 samples a second"],
    [
      wavOf([
        ["fmt ", [1, 0]],
        ["data", [0, 0]],
      ]),
      "its fmt chunk is cut off",
    ],
    [wavOf([fmt(3, 1, 8000, 32), ["data", [0, 0, 0xc0, 0x7f]]]), "sample 0 is no finite number"],
  ])("refuses %#", (file, why) => {
    expect(() => readWav(file, "a.wav")).toThrow(`readWav: a.wav cannot be read as WAV: ${why}`);
  });

  it("names files of relatives", () => {
    const relative = good.slice();
    relative.set([..."RIFX"].map((letter) => letter.charCodeAt(0)));
    expect(() => readWav(relative)).toThrow("it is RIFX, not RIFF");
  });

  it("refuses what contradicts itself", () => {
    const odd = good.slice();
    odd[32] = 3;
    expect(() => readWav(odd)).toThrow("its fmt chunk contradicts itself in the size of a sample");
  });

  it("never reads half a file without a word", () => {
    const whole = writeWav(
      Array.from({ length: 100 }, (_, i) => i / 100),
      8000,
    );
    for (let length = 0; length < whole.length; length++) {
      expect(() => readWav(whole.subarray(0, length))).toThrow("cannot be read as WAV");
    }
  });
});

it("are refused what is none of theirs", () => {
  const nothing: never = undefined as never;
  expect(() => readWav(nothing)).toThrow("readWav: file is required: bytes (a Uint8Array).");
  expect(() => writeWav(nothing, 8000)).toThrow("writeWav: samples is required: an array of numbers.");
  expect(() => writeWav([0], 0)).toThrow(
    "writeWav: sampleRate must be a whole number from 1 to 768000, received 0.",
  );
  expect(() => writeWav([0, Number.NaN], 8000)).toThrow("writeWav: sample 1 is no number, but NaN.");
});
