import { describe, expect, it } from "vitest";
import { resample } from "./resample.js";

const tone = (frequency: number, rate: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / rate));

/** Largest distance in the middle half, where no end is near. */
function farthest(actual: Float32Array, expected: Float64Array): number {
  let most = 0;
  for (let i = actual.length >> 2; i < actual.length - (actual.length >> 2); i++) {
    most = Math.max(most, Math.abs((actual[i] as number) - (expected[i] as number)));
  }
  return most;
}

describe("resample", () => {
  it.each([
    [44100, 8000, 1000],
    [44100, 8000, 3600],
    [48000, 8000, 440],
    [8000, 44100, 3000],
    [8000, 16000, 3600],
    [11025, 8000, 2500],
    [44101, 8000, 700],
  ])("from %i to %i keeps a tone of %i Hz", (from, to, frequency) => {
    const count = from / 4;
    const made = resample(tone(frequency, from, Math.round(count)), from, to);
    expect(made).toHaveLength(Math.round((Math.round(count) * to) / from));
    expect(farthest(made, tone(frequency, to, made.length))).toBeLessThan(2e-4);
  });

  it("drops what the lower rate cannot hold, rather than folding it down", () => {
    // 4,100 Hz would come back as 3,900, 6,000 as 2,000.
    for (const frequency of [4100, 6000, 12000, 20000]) {
      const made = resample(tone(frequency, 44100, 22050), 44100, 8000);
      expect(farthest(made, new Float64Array(made.length))).toBeLessThan(1e-4);
    }
  });

  it("adds no images", () => {
    // 3 kHz at 8 kHz has an image at 5 kHz: what comes must be the tone alone.
    const made = resample(tone(3000, 8000, 4000), 8000, 32000);
    expect(farthest(made, tone(3000, 32000, made.length))).toBeLessThan(2e-4);
  });

  it("keeps a constant, and a sound at its own rate as it is", () => {
    const flat = resample(new Float32Array(4000).fill(0.5), 44100, 8000);
    for (const sample of flat.subarray(200, 500)) expect(sample).toBeCloseTo(0.5, 6);
    const samples = Float32Array.of(0.1, -0.2);
    const same = resample(samples, 8000, 8000);
    expect([...same]).toEqual([...samples]);
    expect(same).not.toBe(samples);
  });

  it("takes sounds shorter than its filter, and none", () => {
    expect(resample([1], 44100, 8000)).toHaveLength(1);
    expect(resample([0.5, 0.5], 8000, 44100)).toHaveLength(11);
    expect(resample([], 8000, 44100)).toHaveLength(0);
  });

  it("refuses bad calls", () => {
    expect(() => resample([0], 0, 8000)).toThrow(
      "resample: from must be a whole number from 1 to 768000, received 0.",
    );
    expect(() => resample([0], 8000, 0.5)).toThrow("resample: to must be a whole number");
    const nothing: never = undefined as never;
    expect(() => resample(nothing, 8000, 16000)).toThrow(
      "resample: samples is required: an array of numbers.",
    );
  });
});
