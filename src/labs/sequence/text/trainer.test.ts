import { afterEach, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { nodeRuntime } from "../../../engine/runtime/node.js";
import { parseTextConfig, type TextOptions, textConfig } from "./config.js";
import { generateTokens, Stepper } from "./generate.js";
import { copyWeights, steppingNetwork } from "./network.js";
import { type EpochReport, TextTrainer, type TrainOptions } from "./trainer.js";

const phrase = "so be cheery, my lads! ";
const repeating = phrase.repeat(40);
const tiny: TextOptions = {
  units: 16,
  length: 12,
  batchSize: 8,
  learningRate: 0.02,
  heldOut: 0.1,
  step: 1,
};

const made: TextTrainer[] = [];
/** One thread: networks as small as these only wait for a second one. */
const runtime = nodeRuntime({ threads: 1, strictTypes: true });
const trainerFor = (text: string, options: TextOptions): TextTrainer => {
  const trainer = new TextTrainer(text, textConfig(text, options), { runtime });
  made.push(trainer);
  return trainer;
};
afterEach(async () => {
  for (const trainer of made.splice(0)) await trainer.dispose();
});

/** All weights and states, in order. */
const weightsOf = (trainer: TextTrainer): number[][] =>
  trainer.network.variables.map(({ variable }) => Array.from(variable.value.data, Number));

describe("TextTrainer", () => {
  it.each([
    ["window", "lstm", 1],
    ["window", "gru", 1],
    ["dense", "lstm", 2],
    ["dense", "rnn", 1],
  ] as const)(
    "in %s mode learns a repeating text with %s (%i layers) and writes it",
    async (mode, cell, layers) => {
      const epochs = mode === "window" ? 4 : 40;
      // Windows longer than the phrase: a network that reads on has then seen all there is to remember.
      const length = mode === "window" ? 30 : 12;
      const trainer = trainerFor(repeating, { ...tiny, mode, cell, layers, length });
      const { history } = await trainer.train({ epochs });
      expect(history.loss?.at(-1)).toBeLessThan(0.1);
      const writer = await trainer.writer();
      expect(await writer.writeAll(`cheery, ${"my lads! so be cheery, "}`, { greedy: true, count: 46 })).toBe(
        "my lads! so be cheery, ".repeat(2),
      );
      const drawn = await writer.writeAll(phrase, { temperature: 0.2, count: 23 });
      expect(drawn).toBe(phrase);
      await writer.dispose();
    },
  );

  it("learns words, and writes no unknown ones", async () => {
    const text = "one whale two whales three boats four whalers ".repeat(60);
    const trainer = trainerFor(text, { ...tiny, kind: "words", maxWords: 7, embedding: 4, mode: "dense" });
    await trainer.train({ epochs: 5 });
    const writer = await trainer.writer();
    const written = await writer.writeAll("one whale ", { count: 200, temperature: 2 });
    expect(written).not.toContain("⁇");
    // Words that it does not know may still be read.
    expect(await writer.writeAll("seven dolphins", { count: 3 })).not.toBe("");
    await writer.dispose();
  });

  it("gives the same network and the same text for the same seed", async () => {
    const run = async (seed: number): Promise<{ weights: number[][]; samples: string }> => {
      const trainer = trainerFor(repeating, { ...tiny, dropout: 0.2, seed });
      const reports: EpochReport[] = [];
      await trainer.train({ epochs: 2, sampleLength: 20, onEpoch: (report) => void reports.push(report) });
      return { weights: weightsOf(trainer), samples: JSON.stringify(reports) };
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  it("does not learn differently when it is looked at", async () => {
    const weights = async (onEpoch?: (report: EpochReport) => void): Promise<number[][]> => {
      const trainer = trainerFor(repeating, { ...tiny, mode: "dense" });
      await trainer.train({ epochs: 2, onEpoch });
      return weightsOf(trainer);
    };
    expect(await weights(() => {})).toEqual(await weights());
  });

  it("reports each epoch with samples that go on from a passage of the text", async () => {
    const trainer = trainerFor(repeating, tiny);
    const reports: EpochReport[] = [];
    await trainer.train({ epochs: 2, sampleLength: 30, onEpoch: (report) => void reports.push(report) });
    expect(reports.map(({ epoch, epochs }) => [epoch, epochs])).toEqual([
      [0, 2],
      [1, 2],
    ]);
    for (const { samples, heldOut, loss } of reports) {
      expect(samples.map(({ temperature }) => temperature)).toEqual([0.2, 0.5, 1]);
      for (const { prompt, text } of samples) {
        expect(repeating).toContain(prompt);
        expect(prompt).toHaveLength(12);
        expect(text).toHaveLength(30);
      }
      expect(loss).toBeGreaterThan(0);
      expect(heldOut?.bitsPerToken).toBeCloseTo((heldOut?.loss as number) / Math.log(2), 9);
      expect(heldOut?.perplexity).toBeCloseTo(Math.exp(heldOut?.loss as number), 9);
    }
    expect(trainer.figures).toEqual(
      reports.map(({ loss, heldOut }) => ({ loss, heldOut: heldOut?.loss ?? null })),
    );
  });

  it("measures strands of held-out text with the state carried, as reading them does", async () => {
    const text = "a rather long tale, told twice, of the whale and the whalers. ".repeat(20);
    const dense = trainerFor(text, { ...tiny, mode: "dense", batchSize: 1, heldOut: 0.2 });
    await dense.train({ epochs: 3 });
    const report = await dense.measure();
    const writer = await dense.writer();
    const tokens = dense.vocabulary.encode(text);
    const heldOut = tokens.subarray(Math.round(tokens.length * 0.8));
    // The last stretch that is not full is left out.
    const read = heldOut.subarray(0, 12 * Math.floor((heldOut.length - 1) / 12) + 1);
    expect(report?.loss).toBeCloseTo(await writer.measure(read), 5);
    await writer.dispose();
  });

  it("measures held-out text that is shorter than its strands by reading it", async () => {
    const trainer = trainerFor(repeating, { ...tiny, mode: "dense", heldOut: 0.05 });
    const writer = await trainer.writer();
    const tokens = trainer.vocabulary.encode(repeating);
    const heldOut = tokens.subarray(Math.round(tokens.length * 0.95));
    expect((await trainer.measure())?.loss).toBe(await writer.measure(heldOut));
    await writer.dispose();
  });

  it("says when there is nothing to measure on", async () => {
    expect(await trainerFor(repeating, { ...tiny, heldOut: 0 }).measure()).toBeUndefined();
    const { figures, train } = { figures: trainerFor(repeating, { ...tiny, heldOut: 0.001 }), train: 1 };
    await figures.train({ epochs: train });
    expect(figures.figures[0]?.heldOut).toBeNull();
  });

  it.each(["window", "dense"] as const)("in %s mode goes on from where a run was stopped", async (mode) => {
    const options = { ...tiny, mode, dropout: 0.1 };
    const whole = trainerFor(repeating, options);
    await whole.train({ epochs: 3 });
    const parts = trainerFor(repeating, options);
    const stop = { name: "stop", count: 0 };
    const first = await parts.train({
      epochs: 3,
      callbacks: [
        {
          name: stop.name,
          onBatchEnd: (_, context) => {
            if (++stop.count === parts.stepsPerEpoch + 2) context.stop("enough");
          },
        },
      ],
    });
    expect(first.position).toMatchObject({ epoch: 1, step: 2 });
    const second = await parts.train({ epochs: 3, resume: first.position });
    expect(second.stopped).toBeUndefined();
    expect(weightsOf(parts)).toEqual(weightsOf(whole));
    expect(parts.figures).toEqual(whole.figures);
  });

  it("stops when its signal aborts", async () => {
    const trainer = trainerFor(repeating, tiny);
    const abort = new AbortController();
    const { stopped, position } = await trainer.train({
      epochs: 100,
      signal: abort.signal,
      callbacks: [{ name: "abort", onBatchEnd: ({ step }) => (step === 3 ? abort.abort() : undefined) }],
    });
    expect(stopped).toBe("aborted");
    expect(position).toMatchObject({ epoch: 0, step: 3 });
  });

  it("refuses a text too short for one batch", () => {
    expect(() => trainerFor("too short", tiny)).toThrow("too few for one window of 12");
    expect(() => trainerFor("too short for eight strands", { ...tiny, mode: "dense" })).toThrow(
      "too few for 8 strands of 13",
    );
  });
});

describe("a configuration", () => {
  it("goes through JSON whole", () => {
    for (const options of [{}, { kind: "words", lowerCase: false, embedding: 3 } as const]) {
      const config = textConfig(repeating, options);
      expect(parseTextConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  });

  it("is read from files whatever its sizes, which options have an end of", () => {
    const config = textConfig(repeating);
    const network = { ...config.network, units: 10_000, length: 20_000, embedding: 9000, layers: 20 };
    const large = { ...config, network, step: 2_000_000, batchSize: 70_000 };
    expect(parseTextConfig(JSON.parse(JSON.stringify(large)))).toEqual(large);
    expect(() => textConfig(repeating, { batchSize: 70_000 })).toThrow("from 1 to 65536, received 70000.");
  });

  it("has the classic example's values by default", () => {
    expect(textConfig(repeating)).toMatchObject({
      network: { cell: "lstm", units: 128, layers: 1, embedding: 0, dropout: 0, length: 60, mode: "window" },
      vocabulary: { kind: "characters", lowerCase: true },
      step: 3,
      batchSize: 128,
      learningRate: 0.01,
      heldOut: 0.05,
      seed: 0,
    });
  });

  it.each(["measuring", "writing"])(
    "leaves off %s at a signal, and does it first where training goes on",
    async (what) => {
      const told = async (trainer: TextTrainer, options: TrainOptions) => {
        const reports: EpochReport[] = [];
        const history = await trainer.train({
          ...{ epochs: 2, sampleLength: 20, ...options },
          onEpoch: (report) => void reports.push(report),
        });
        return { ...history, reports };
      };
      const whole = trainerFor(repeating, tiny);
      const { reports } = await told(whole, {});
      const cut = trainerFor(repeating, tiny);
      const control = new AbortController();
      const abort = (): void => control.abort(new Error("enough"));
      if (what === "writing") {
        const measure = cut.measure.bind(cut);
        cut.measure = async (options) => {
          const report = await measure(options);
          abort();
          return report;
        };
      }
      const callbacks = what === "writing" ? [] : [{ name: "abort", onEpochEnd: abort }];
      const first = await told(cut, { callbacks, signal: control.signal });
      expect(first).toMatchObject({ stopped: "aborted", reports: [], position: { epoch: 1, step: 0 } });
      expect(cut.figures).toMatchObject([{ heldOut: null, pending: true }]);
      Reflect.deleteProperty(cut, "measure");
      const rest = await told(cut, { resume: first.position });
      expect(rest.reports).toEqual(reports);
      expect(cut.figures).toEqual(whole.figures);
      expect(weightsOf(cut)).toEqual(weightsOf(whole));
    },
  );

  it("makes a report that was cut short behind the last epoch, too", async () => {
    const reports: EpochReport[] = [];
    const onEpoch = (report: EpochReport): void => void reports.push(report);
    const whole = trainerFor(repeating, tiny);
    const { position } = await whole.train({ epochs: 1, sampleLength: 20, onEpoch });
    const cut = trainerFor(repeating, tiny);
    const control = new AbortController();
    const callbacks = [{ name: "abort", onEpochEnd: () => control.abort(new Error("enough")) }];
    const first = await cut.train({ epochs: 1, callbacks, signal: control.signal });
    expect(await cut.catchUp({ resume: first.position, signal: control.signal })).toBeUndefined();
    expect(cut.figures).toMatchObject([{ pending: true }]);
    const now = await cut.catchUp({ resume: first.position, sampleLength: 20, onEpoch });
    expect(reports[1]).toEqual(reports[0]);
    expect(now?.callbacks?.find(({ name }) => name === "textReport")).toEqual(
      position.callbacks?.find(({ name }) => name === "textReport"),
    );
    expect(weightsOf(cut)).toEqual(weightsOf(whole));
    expect(await cut.catchUp({ resume: now })).toBeUndefined();
    expect(await cut.catchUp()).toBeUndefined();
  });

  it.each([
    [{ unit: 3 }, 'text: unknown option "unit". Did you mean "units"?'],
    [{ units: 0 }, "units must be a whole number from 1 to 8192, received 0."],
    [{ layers: 1.5 }, "layers must be a whole number from 1 to 16"],
    [{ length: 0 }, "length must be a whole number from 1 to 10000"],
    [{ embedding: -1 }, "embedding must be a whole number from 0 to 8192"],
    [{ dropout: 1 }, "dropout must be a number from 0 to below 1"],
    [{ cell: "lst" }, 'cell must be "lstm", "gru" or "rnn", received "lst".'],
    [{ cell: "toString" }, 'cell must be "lstm", "gru" or'],
    [{ mode: "wide" }, 'mode must be "window" or "dense"'],
    [{ kind: "word" }, 'kind must be "characters" or "words"'],
    [{ maxWords: 0 }, "maxWords must be a whole number from 1"],
    [{ step: 0 }, "step must be a whole number from 1"],
    [{ batchSize: Number.NaN }, "batchSize must be a whole number from 1"],
    [{ heldOut: 1 }, "heldOut must be a number from 0 to below 1"],
    [{ learningRate: 0 }, "learningRate must be a number above 0"],
    [{ learningRate: Number.POSITIVE_INFINITY }, "learningRate must be a number above 0"],
    [{ seed: -1 }, "seed must be a whole number from 0"],
  ])("refuses %o", (options, message) => {
    expect(() => textConfig(repeating, options as TextOptions)).toThrow(message);
  });

  it.each([
    ["nothing", null, "fields"],
    ["a field left out", { seed: undefined }, "seed"],
    ["text for a number", { step: "3" }, "step"],
    ["a network without a length", { network: { cell: "lstm", units: 4 } }, "network"],
    [
      "tokens that are no texts",
      { vocabulary: { kind: "words", lowerCase: true, tokens: [1, 2] } },
      "vocabulary",
    ],
    ["empty tokens", { vocabulary: { kind: "words", lowerCase: true, tokens: ["", "b"] } }, "vocabulary"],
  ])("read from a file with %s is refused", (_, change, what) => {
    const config = change === null ? null : { ...textConfig(repeating), ...change };
    expect(() => parseTextConfig(config)).toThrow(`the saved configuration has no valid ${what}`);
  });
});

describe("writing", () => {
  const opened = async (): Promise<Stepper> => {
    const trainer = trainerFor(repeating, { ...tiny, layers: 2 });
    const network = steppingNetwork(trainer.config.network, trainer.vocabulary.size);
    copyWeights(trainer.network, network);
    return Stepper.open(network, runtime);
  };
  const collect = async (tokens: AsyncIterable<number>): Promise<number[]> => {
    const all: number[] = [];
    for await (const token of tokens) all.push(token);
    return all;
  };

  it("carries its state: each token is as if all before it were read again", async () => {
    const stepper = await opened();
    const prompt = Int32Array.of(3, 1, 4, 1, 5);
    const written = await collect(generateTokens(stepper, prompt, { count: 12, random: new Generator(5) }));
    const random = new Generator(5);
    for (let index = 0; index < written.length; index++) {
      const prefix = Int32Array.of(...prompt, ...written.slice(0, index));
      expect(await collect(generateTokens(stepper, prefix, { count: 1, random }))).toEqual([written[index]]);
    }
    await stepper.dispose();
  });

  it("gives probabilities of the network that was trained", async () => {
    const trainer = trainerFor(repeating, { ...tiny, layers: 2, embedding: 5, cell: "gru" });
    await trainer.train();
    const network = steppingNetwork(trainer.config.network, trainer.vocabulary.size);
    copyWeights(trainer.network, network);
    const stepper = await Stepper.open(network, runtime);
    const window = trainer.vocabulary.encode(repeating).slice(0, 12);
    let last = new Float32Array() as Float32Array;
    for (const token of window) last = await stepper.step(token);
    const predicted = await trainer.network.predict({ tokens: [Array.from(window)] });
    const expected = (predicted as Record<string, { data: Float32Array }>).next?.data as Float32Array;
    expected.forEach((value, index) => {
      expect(last[index]).toBeCloseTo(value, 5);
    });
    await stepper.dispose();
  });

  it("ends at once when its signal aborts", async () => {
    const stepper = await opened();
    const abort = new AbortController();
    const written: number[] = [];
    const all = (async () => {
      for await (const token of generateTokens(stepper, Int32Array.of(1), { signal: abort.signal })) {
        written.push(token);
        if (written.length === 5) abort.abort(new Error("enough"));
      }
    })();
    await expect(all).rejects.toThrow("enough");
    expect(written).toHaveLength(5);
    await stepper.dispose();
  });

  it("refuses to mix two texts", async () => {
    const stepper = await opened();
    const first = generateTokens(stepper, Int32Array.of(1));
    await first.next();
    expect(await collect(generateTokens(stepper, Int32Array.of(1), { count: 2 }))).toHaveLength(2);
    await expect(first.next()).rejects.toThrow("another text was begun before this one was finished");
    await stepper.dispose();
  });

  it("writes nothing when asked for nothing, and refuses what it cannot do", async () => {
    const stepper = await opened();
    expect(await collect(generateTokens(stepper, Int32Array.of(1), { count: 0 }))).toEqual([]);
    await expect(collect(generateTokens(stepper, new Int32Array()))).rejects.toThrow("at least one token");
    await expect(collect(generateTokens(stepper, Int32Array.of(1), { count: 1.5 }))).rejects.toThrow(
      "count must be a whole number from 0",
    );
    await expect(collect(generateTokens(stepper, Int32Array.of(1), { temperature: 0 }))).rejects.toThrow(
      "temperature must be a number above 0",
    );
    await stepper.dispose();
  });

  it("takes an empty prompt, and names a character it does not know", async () => {
    const trainer = trainerFor(repeating, tiny);
    const writer = await trainer.writer();
    expect(await writer.writeAll("", { count: 5 })).toHaveLength(5);
    await expect(writer.writeAll("whale", { count: 5 })).rejects.toThrow('the character "w" (U+0077)');
    await writer.dispose();
  });
});
