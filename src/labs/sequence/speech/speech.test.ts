import { beforeAll, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { SequenceTrainer } from "../training/sequenceTrainer.js";
import { fromBands, melBands, toBands } from "./melBands.js";
import { SpeechFrames, speechBands, speechRate } from "./speechFrames.js";
import { type SpeechItem, speechName } from "./speechItem.js";
import { SpeechTask } from "./speechTask.js";
import { speechTaskConfig } from "./speechTaskConfig.js";
import { SpeechWriter } from "./speechWriter.js";

const tone = (hertz: number, seconds: number, phase = 0): Float32Array =>
  Float32Array.from(
    { length: Math.round(seconds * speechRate) },
    (_, at) => 0.4 * Math.sin((2 * Math.PI * hertz * at) / speechRate + phase),
  );

/** The frequency of the largest magnitude of a sound, in hertz, by counting how often it rises through zero. */
function pitch(samples: Float32Array): number {
  const middle = samples.subarray(samples.length >> 2, samples.length - (samples.length >> 2));
  let rises = 0;
  for (let at = 1; at < middle.length; at++)
    if ((middle[at - 1] as number) < 0 && (middle[at] as number) >= 0) rises++;
  return (rises * speechRate) / middle.length;
}

describe("melBands", () => {
  const mel = melBands(40, { window: 512, rate: 8000, from: 60, to: 3900 });

  it("are triangles of height 1 at most that share each frequency between them", () => {
    expect(Math.max(...mel.weights)).toBeLessThanOrEqual(1);
    for (let bin = 20; bin < 230; bin++) {
      const sum = Array.from(
        { length: 40 },
        (_, band) => mel.weights[band * mel.bins + bin] as number,
      ).reduce((a, b) => a + b);
      expect(sum).toBeCloseTo(1, 6);
    }
  });

  it("are met by the magnitudes that are found for them", () => {
    const magnitudes = Float64Array.from({ length: mel.bins }, (_, bin) => 1 + Math.cos(bin / 9));
    const bands = toBands(mel, magnitudes);
    const again = toBands(mel, fromBands(mel, bands));
    again.forEach(
      (value, band) => void expect(Math.abs(value / (bands[band] as number) - 1)).toBeLessThan(0.02),
    );
  });
});

describe("SpeechFrames", () => {
  const frames = new SpeechFrames();

  it("hears a tone in the band where it lies, and nothing in silence", () => {
    const low = frames.analyse(tone(300, 0.3));
    const high = frames.analyse(tone(2500, 0.3));
    const strongest = (of: Float32Array): number => {
      const middle = of.subarray(8 * speechBands, 9 * speechBands);
      return middle.indexOf(Math.max(...middle));
    };
    expect(strongest(low)).toBeLessThan(9);
    expect(strongest(high)).toBeGreaterThan(28);
    expect(new Set(frames.analyse(new Float32Array(800)))).toEqual(new Set([Math.fround(Math.log(1e-3))]));
  });

  it("makes a sound of frames that has the same frames again", () => {
    const sound = tone(700, 0.4);
    const made = frames.synthesise(frames.analyse(sound), new Generator(1));
    expect(Math.abs(pitch(made) - 700)).toBeLessThan(25);
    const [before, after] = [frames.analyse(sound), frames.analyse(made)];
    // Where there is sound, its loudness is met to a fifth.
    for (let at = 4 * speechBands; at < after.length - 4 * speechBands; at++) {
      if ((before[at] as number) > 2)
        expect(Math.abs((after[at] as number) - (before[at] as number))).toBeLessThan(0.2);
    }
    expect(frames.synthesise(frames.analyse(sound), new Generator(1))).toEqual(made);
  });
});

it("reads what a recording's name says", () => {
  expect(speechName("7_s1_12.wav")).toEqual({ text: "7", voice: "s1" });
  expect(speechName("seven_anna_01.WAV")).toEqual({ text: "seven", voice: "anna" });
  expect(speechName("7.wav")).toBeUndefined();
});

describe("a network that speaks", () => {
  /** Two words, a low and a short high tone, in two voices that differ in loudness. */
  const items: SpeechItem[] = Array.from({ length: 24 }, (_, at) => {
    const [isLow, isLoud] = [at % 2 === 0, at % 4 < 2];
    const samples = tone(isLow ? 400 : 1500, isLow ? 0.32 : 0.16, at);
    return {
      text: isLow ? "low" : "high",
      voice: isLoud ? "loud" : "quiet",
      samples: isLoud ? samples : samples.map((one) => one / 8),
    };
  });
  let writer: SpeechWriter;
  let trainer: SequenceTrainer;
  beforeAll(async () => {
    const task = new SpeechTask(
      items,
      speechTaskConfig(items, { network: { units: 32, layers: 1 }, heldOut: 0.1, seed: 0 }),
    );
    trainer = new SequenceTrainer(task, {
      steps: 300,
      every: 150,
      batchSize: 8,
      learningRate: 0.01,
      seed: 2,
    });
    await trainer.train({});
    writer = await task.writer(trainer.network);
    await trainer.dispose();
  }, 60_000);

  it("learns", () => {
    const [first, last] = trainer.figures;
    expect(last?.heldOut).toBeLessThan(first?.heldOut as number);
  });

  it("says words one after the other, each as long and as high as it was heard, and ends each by itself", async () => {
    const { samples, words, rate } = await writer.say("low high", { voice: "loud", pause: 0.1 });
    expect(rate).toBe(8000);
    expect(words.map(({ text, ended }) => [text, ended])).toEqual([
      ["low", true],
      ["high", true],
    ]);
    const [low, high] = words.map(({ begin, end }) => samples.subarray(begin * rate, end * rate)) as [
      Float32Array,
      Float32Array,
    ];
    expect(Math.abs(low.length / rate - 0.32)).toBeLessThan(0.06);
    expect(Math.abs(high.length / rate - 0.16)).toBeLessThan(0.06);
    expect(Math.abs(pitch(low) - 400)).toBeLessThan(60);
    expect(Math.abs(pitch(high) - 1500)).toBeLessThan(150);
    expect((words[1]?.begin ?? 0) - (words[0]?.end ?? 0)).toBeCloseTo(0.1, 3);
    const loudness = (of: Float32Array): number =>
      Math.sqrt(of.reduce((sum, one) => sum + one * one, 0) / of.length);
    const quiet = await writer.say("low", { voice: "quiet" });
    expect(loudness(low) / loudness(quiet.samples)).toBeGreaterThan(3);
  }, 60_000);

  it("takes the longest texts that were learnt, then words, then signs", () => {
    const config = { ...speechTaskConfig(items), texts: ["5", "7", "good day", "day"] };
    const other = SpeechWriter.open(
      config,
      new SpeechTask([], config).network({ seed: 0, runtime: undefined }),
      {} as never,
    );
    expect(other.wordsOf("good  day 57 day")).toEqual(["good day", "5", "7", "day"]);
    expect(() => other.wordsOf("good")).toThrow('say: nobody has learnt to say "good".');
  });

  it("says the same by the same seed", async () => {
    const one = await writer.say("low", { random: new Generator(4) });
    expect(await writer.say("low", { random: new Generator(4) })).toEqual(one);
  }, 60_000);

  it.each<[string, object, string]>([
    ["low loud", {}, 'say: nobody has learnt to say "loud". What was learnt: "high" "low".'],
    ["", {}, "say: there is nothing to say."],
    ["low", { voice: "Bo" }, 'say: there is no voice "Bo"; there are loud, quiet.'],
    ["low", { voices: "Bo" }, 'Did you mean "voice"?'],
    ["low", { longest: 0 }, "say: longest must be"],
  ])("refuses %j with %j", async (text, options, message) => {
    await expect(writer.say(text, options)).rejects.toThrow(message);
  });
});
