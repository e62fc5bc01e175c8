import { describe, expect, it } from "vitest";
import { type SoundNote, synthesize } from "./synthesize.js";
import { frequencyOf } from "./tone.js";
import { tuneSamples } from "./tuneSamples.js";

/** How strongly a frequency is in a sound, under a Hann window. */
function strengthOf(samples: Float32Array, frequency: number, rate: number): number {
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    const window = 1 - Math.cos((2 * Math.PI * i) / samples.length);
    const angle = (2 * Math.PI * frequency * i) / rate;
    real += (samples[i] as number) * window * Math.cos(angle);
    imaginary += (samples[i] as number) * window * Math.sin(angle);
  }
  return Math.hypot(real, imaginary) / samples.length;
}

/** Where the spectrum has its peak within half a semitone, to a twentieth of a cent. */
function peakNear(samples: Float32Array, frequency: number, rate: number): number {
  let [low, high] = [-50, 50];
  const at = (cents: number): number => strengthOf(samples, frequency * 2 ** (cents / 1200), rate);
  while (high - low > 0.05) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (at(left) < at(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}

const note = (pitch: number, more: Partial<SoundNote> = {}): SoundNote => ({
  pitch,
  time: 0,
  duration: 1,
  ...more,
});

describe("synthesize", () => {
  it("has keys in equal temperament", () => {
    expect(frequencyOf(69)).toBe(440);
    expect(frequencyOf(60)).toBeCloseTo(261.6256, 4);
    expect(frequencyOf(81)).toBe(880);
  });

  it.each([36, 48, 60, 60.5, 69, 84, 96, 108])("is in tune to a cent at key %d", (pitch) => {
    const rate = 22_050;
    const samples = synthesize([note(pitch, { time: 0.1 })], { sampleRate: rate, halfLife: 5 });
    expect(Math.abs(peakNear(samples, frequencyOf(pitch), rate))).toBeLessThan(0.5);
  });

  it("has the partials that are asked for, and none beyond half the rate", () => {
    const [rate, f] = [8000, frequencyOf(84)];
    const samples = synthesize([note(84)], { sampleRate: rate, partials: [1, 0, 0.5, 1], halfLife: 1000 });
    const first = strengthOf(samples, f, rate);
    expect(strengthOf(samples, 2 * f, rate) / first).toBeLessThan(0.001);
    expect(strengthOf(samples, 3 * f, rate) / first).toBeCloseTo(0.5, 2);
    // The fourth, at 4,186 Hz, would come back as 3,814.
    expect(strengthOf(samples, rate - 4 * f, rate) / first).toBeLessThan(0.001);
  });

  it("reaches its peak and nothing beyond, however many notes sound", () => {
    const chord = Array.from({ length: 40 }, (_, i) => note(40 + i, { velocity: 1 }));
    for (const notes of [chord, [note(60, { velocity: 0.01 })]]) {
      const samples = synthesize(notes, { sampleRate: 8000 });
      expect(samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeCloseTo(0.9, 6);
    }
    expect(Math.max(...synthesize([note(60)], { sampleRate: 8000, peak: 0.25 }))).toBeLessThanOrEqual(0.25);
  });

  it("begins, falls by halves and dies away when it should, without a click", () => {
    const rate = 8000;
    const tone = note(69, { time: 0.5, duration: 1 });
    const samples = synthesize([tone], { sampleRate: rate, release: 0.1, halfLife: 0.5, partials: [1] });
    expect(samples).toHaveLength(1.6 * rate + 1);
    const loudest = (from: number, to: number): number =>
      samples.subarray(from * rate, to * rate).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(loudest(0, 0.5)).toBe(0);
    expect(loudest(1.05, 1.06) / loudest(0.55, 0.56)).toBeCloseTo(0.5, 2);
    expect(loudest(1.59, 1.6)).toBeLessThan(0.04);
    let steepest = 0;
    for (let i = 1; i < samples.length; i++) {
      steepest = Math.max(steepest, Math.abs((samples[i] as number) - (samples[i - 1] as number)));
    }
    // What a sine of 440 Hz at the peak climbs from one sample to the next.
    expect(steepest).toBeLessThan(0.9 * 2 * Math.sin((Math.PI * 440) / rate) * 1.01);
  });

  it("gives louder notes more room", () => {
    const pair = [note(69, { velocity: 1 }), note(84, { velocity: 0.25 })];
    const samples = synthesize(pair, { sampleRate: 8000, partials: [1], halfLife: 1000 });
    const ratio = strengthOf(samples, frequencyOf(84), 8000) / strengthOf(samples, 440, 8000);
    expect(ratio).toBeCloseTo(0.25, 2);
  });

  it.each([
    [[], {}, "synthesize: there are no notes."],
    [[note(60, { velocity: 0 })], {}, "synthesize: nothing sounds. Every note is silent"],
    [[note(127)], { sampleRate: 8000 }, "synthesize: nothing sounds."],
    [[note(128)], {}, "synthesize: notes[0]: pitch must be a number from 0 to 127, received 128."],
    [
      [note(60, { time: -1 })],
      {},
      "synthesize: notes[0]: time must be a number from 0 to 3600, received -1.",
    ],
    [[note(60, { duration: 0 })], {}, "synthesize: notes[0]: duration must be a number above 0"],
    [[note(60, { time: 3600 })], {}, "synthesize: the notes last 3601 seconds, more than an hour."],
    [[note(Number.NaN)], {}, "synthesize: notes[0]: pitch must be a number from 0 to 127"],
    [[note(60)], { sampleRate: 100 }, "synthesize: sampleRate must be a whole number from 4000 to 192000"],
    [[note(60)], { samplerate: 8000 }, 'synthesize: unknown option "samplerate". Did you mean "sampleRate"?'],
    [[note(60)], { partials: [2] }, "synthesize: partials[0] must be a number from 0 to 1, received 2."],
  ])("refuses %#", (notes, options: object, message) => {
    expect(() => synthesize(notes, options)).toThrow(message);
  });

  it("refuses what are no notes", () => {
    const nothing: never = undefined as never;
    expect(() => synthesize(nothing)).toThrow("synthesize: notes is required: an array of notes.");
  });
});

describe("tuneSamples", () => {
  it("is the sound of a tune", async () => {
    const rate = 8000;
    const abc = "M:4/4\nL:1/4\nQ:1/4=120\nK:C\nA2 c2|A4|";
    const samples = await tuneSamples(abc, { sampleRate: rate, release: 0.05 });
    expect(samples.length / rate).toBeCloseTo(4.05, 1);
    // Half a second each: first the A of 440 Hz, then the C of 523.
    const part = (from: number): Float32Array => samples.subarray(from * rate, (from + 0.9) * rate);
    expect(strengthOf(part(0), 440, rate)).toBeGreaterThan(20 * strengthOf(part(0), frequencyOf(72), rate));
    expect(strengthOf(part(1), frequencyOf(72), rate)).toBeGreaterThan(5 * strengthOf(part(1), 440, rate));
  });

  it("is not made of what the check has not passed", async () => {
    await expect(tuneSamples("M:4/4\nL:1/4\nK:C\nCDE|CDEF|CDE|CDEF|")).rejects.toThrow(
      "tuneMidi: bar 3 (line 4, column 10) holds 3/4 where 1 fill it.",
    );
    const typo: object = { sampleRat: 8000 };
    await expect(tuneSamples("", typo)).rejects.toThrow('tuneSamples: unknown option "sampleRat".');
  });
});
