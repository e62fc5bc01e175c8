import { describe, expect, it } from "vitest";
import { checkMidi } from "./checkMidi.js";

const letters = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const u16 = (value: number): number[] => [value >> 8, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 65535)];
const end = [0, 0xff, 0x2f, 0];
const chunk = (name: string, data: readonly number[]): number[] => [
  ...letters(name),
  ...u32(data.length),
  ...data,
];
const header = (format: number, tracks: number, division: number): number[] =>
  chunk("MThd", [...u16(format), ...u16(tracks), ...u16(division)]);
const file = (...chunks: readonly number[][]): Uint8Array => Uint8Array.from(chunks.flat());

// A C of 96 ticks.
const note = [0, 0x90, 60, 100, 96, 0x80, 60, 0];

describe("checkMidi", () => {
  it("says what whole files are", () => {
    expect(checkMidi(file(header(0, 1, 96), chunk("MTrk", [...note, ...end])))).toEqual({
      format: 0,
      tracks: 1,
      ticksPerBeat: 96,
    });
    const two = file(
      header(1, 2, 480),
      chunk("MTrk", end),
      chunk("XFIH", [1, 2, 3]),
      chunk("MTrk", [...note, ...end]),
    );
    expect(checkMidi(two)).toEqual({ format: 1, tracks: 2, ticksPerBeat: 480 });
    // 25 frames a second of 40 ticks each.
    expect(checkMidi(file(header(1, 1, 0xe728), chunk("MTrk", end))).ticksPerBeat).toBeUndefined();
  });

  it("never takes half a file", () => {
    const whole = file(
      header(1, 2, 96),
      chunk("MTrk", [...note, ...end]),
      chunk("MTrk", [...note, ...note, ...end]),
    );
    expect(checkMidi(whole).tracks).toBe(2);
    for (let length = 0; length < whole.length; length++) {
      expect(() => checkMidi(whole.subarray(0, length))).toThrow("checkMidi: the file is no whole MIDI file");
    }
  });

  it("takes a part of a larger buffer", () => {
    const small = file(header(0, 1, 96), chunk("MTrk", end));
    const larger = new Uint8Array(small.length + 9).fill(7);
    larger.set(small, 4);
    expect(checkMidi(larger.subarray(4, 4 + small.length)).tracks).toBe(1);
  });

  it.each([
    [new Uint8Array(0), "it does not begin with MThd"],
    [file(letters("RIFFxxxxWAVE")), "it does not begin with MThd"],
    [file(letters("MThd"), u32(6), [0, 1]), "its header is cut off"],
    [file(header(3, 1, 96), chunk("MTrk", end)), "it is of format 3, and there are 0, 1 and 2"],
    [file(header(1, 0, 96)), "its header names no track"],
    [file(header(1, 1, 0), chunk("MTrk", end)), "its header gives no time to a tick"],
    [file(header(1, 2, 96), chunk("MTrk", end)), "1 of its 2 tracks are there"],
    [file(header(1, 1, 96), letters("MTrk"), u32(100), end), "of 100 bytes of a chunk 4 are there"],
    [file(header(1, 1, 96), letters("MTr")), "it ends within a chunk's name"],
    [file(header(1, 1, 96), chunk("MTrk", note)), "track 1 has no end"],
  ])("refuses %#", (bytes, why) => {
    expect(() => checkMidi(bytes, "a.mid")).toThrow(`checkMidi: a.mid is no whole MIDI file: ${why}.`);
  });

  it("refuses what are no bytes", () => {
    const text: unknown = "MThd";
    expect(() => checkMidi(text as never)).toThrow(
      'checkMidi: file must be bytes (a Uint8Array), received "MThd".',
    );
  });
});
