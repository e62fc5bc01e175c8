import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { type Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { evaluateOne, testRuntime } from "../../../engine/testing/evaluate.js";
import { mixtureDensityLoss } from "../../../nn/losses/mixtureDensityLoss.js";
import { SequenceTrainer } from "../training/sequenceTrainer.js";
import type { StrokesOptions, WrittenStrokes } from "./strokesOptions.js";
import { StrokeTask } from "./strokeTask.js";
import { strokeTaskConfig } from "./strokeTaskConfig.js";
import type { StrokeWriter } from "./strokeWriter.js";

const runtime = testRuntime();
const shape = { units: 12, layers: 2, components: 3, window: 3, heldOut: 0.25 } as const;

/** Strokes to the right for "a", to the left for "b", in steps of 10 units with a little noise; a stroke a letter. */
function drawingOf(text: string, random: Generator) {
  const offsets = Array.from(text).flatMap((letter) =>
    Array.from({ length: 4 }, (_, at) => [
      (letter === "a" ? 10 : -10) + random.normal(),
      (at % 2 === 0 ? 5 : -5) + random.normal(),
      at === 3 ? 1 : 0,
    ]).flat(),
  );
  return { offsets, text, label: text.startsWith("a") ? "right" : "left" };
}

const random = new Generator(6);
const words = ["a", "b", "ab", "ba", "aab", "bba"];
const items = Array.from({ length: 72 }, (_, at) => drawingOf(words[at % words.length] as string, random));

async function trained(options: { readonly texts?: boolean; readonly labels?: boolean }, steps: number) {
  const task = new StrokeTask(items, strokeTaskConfig(items, { ...shape, ...options }), runtime);
  const trainer = new SequenceTrainer(
    task,
    { steps, every: steps, batchSize: 16, learningRate: 0.02, clip: 5 },
    { runtime },
  );
  const before = await trainer.measure();
  await trainer.train();
  const after = await trainer.measure();
  return { task, network: trainer.network, before: before?.perPosition ?? 0, after: after?.perPosition ?? 0 };
}

const all = async (writer: StrokeWriter, options: StrokesOptions): Promise<WrittenStrokes[]> => {
  const written: WrittenStrokes[] = [];
  for await (const one of writer.items(options)) written.push(one);
  return written;
};

const withTexts = trained({ texts: true }, 150);
const withLabels = trained({ labels: true }, 150);
const without = trained({}, 1);

describe("a network that is given texts", () => {
  it("learns", async () => {
    const { before, after } = await withTexts;
    expect(after).toBeLessThan(before - 1.5);
  });

  it("writes them, and stops by itself", async () => {
    const { task, network } = await withTexts;
    const written = await all(await task.writer(network), {
      count: 12,
      text: ["aab", "b"],
      bias: 2,
      longest: 60,
    });
    expect(written.map(({ index, text }) => [index, text])).toEqual(
      Array.from({ length: 12 }, (_, index) => [index, index % 2 === 0 ? "aab" : "b"]),
    );
    expect(written.filter(({ ended }) => ended).length).toBeGreaterThanOrEqual(11);
    const points = (text: string): number => {
      const of = written.filter((one) => one.text === text);
      return of.reduce((sum, { offsets }) => sum + offsets.length / 3, 0) / of.length;
    };
    expect(points("aab")).toBeGreaterThan(2 * points("b"));
    // As learnt, the first letter of "aab" goes to the right and that of "b" to the left.
    for (const { offsets, text } of written)
      expect(Math.sign(offsets[0] as number)).toBe(text === "b" ? -1 : 1);
  });

  it("writes behind a prime, of which nothing is given", async () => {
    const { task, network } = await withTexts;
    const writer = await task.writer(network);
    const prime = items[0] as (typeof items)[number];
    const [primed] = await all(writer, { text: "b", prime, bias: 3, longest: 60 });
    const [plain] = await all(writer, { text: "b", bias: 3, longest: 60 });
    expect(primed?.text).toBe("b");
    expect(primed?.ended).toBe(true);
    expect(primed?.offsets.length).toBeLessThan(3 * 12);
    expect(primed?.offsets).not.toEqual(plain?.offsets);
  });

  it("refuses what it cannot write", async () => {
    const { task, network } = await withTexts;
    const writer = await task.writer(network);
    await expect(all(writer, {})).rejects.toThrow(
      "items: text is required: this network writes given texts.",
    );
    await expect(all(writer, { text: "abcab d" })).rejects.toThrow(
      'items: no hand that was learnt from wrote "c", " ", "d".',
    );
    await expect(all(writer, { text: "" })).rejects.toThrow("items: text must have at least one letter.");
    await expect(all(writer, { text: [] })).rejects.toThrow(
      "items: text must be a text, or an array of texts, received []",
    );
    await expect(all(writer, { text: "a", label: "right" })).rejects.toThrow(
      "items: label: this network was not taught labels.",
    );
    await expect(all(writer, { text: "a", prime: { offsets: [1, 2, 1] } })).rejects.toThrow(
      "items: prime: what it says must be known: give its text.",
    );
    await expect(all(writer, { text: "a", prime: { offsets: [1, 2, 1], text: "x" } })).rejects.toThrow(
      'items: prime: no hand that was learnt from wrote "x".',
    );
    await expect(all(writer, { text: "a", bias: -1 })).rejects.toThrow(
      "items: bias must be a number from 0 to 10, received -1.",
    );
    await expect(all(writer, { texts: "a" } as never)).rejects.toThrow(
      'items: unknown option "texts". Did you mean "text"?',
    );
  });
});

describe("a network that is given labels", () => {
  it("draws what they say, and one at random where none is asked for", async () => {
    const { task, network } = await withLabels;
    const writer = await task.writer(network);
    for (const [label, sign] of [
      ["right", 1],
      ["left", -1],
    ] as const) {
      const written = await all(writer, { count: 4, label, bias: 2, longest: 60 });
      for (const one of written) {
        expect(one.label).toBe(label);
        expect(Math.sign(one.offsets[0] as number)).toBe(sign);
      }
    }
    const any = await all(writer, { count: 20, longest: 5 });
    expect(new Set(any.map(({ label }) => label))).toEqual(new Set(["right", "left"]));
    await expect(all(writer, { label: "up" })).rejects.toThrow(
      'items: nothing that was learnt from has the label "up".',
    );
  });
});

describe("a network that is given nothing", () => {
  it("draws the same for the same seed, whatever is drawn beside it", async () => {
    const { task, network } = await without;
    const writer = await task.writer(network);
    const options = { count: 70, longest: 12, random: new Generator(5) };
    const first = await all(writer, options);
    expect(first.map(({ index }) => index)).toEqual(Array.from({ length: 70 }, (_, at) => at));
    expect(await all(writer, options)).toEqual(first);
    const few = await all(writer, { ...options, count: 3 });
    few.forEach(({ offsets }, at) => {
      const expected = first[at]?.offsets as Float32Array;
      expect(offsets.length).toBe(expected.length);
      offsets.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-3 * (1 + Math.abs(value)));
      });
    });
    expect(await all(writer, { ...options, random: new Generator(6) })).not.toEqual(first);
  });

  it("cuts what does not end, and says so", async () => {
    const { task, network } = await without;
    const written = await all(await task.writer(network), { count: 30, longest: 3 });
    for (const { offsets, ended } of written)
      expect(ended ? offsets.length <= 9 : offsets.length === 9).toBe(true);
    expect(written.some(({ ended }) => !ended)).toBe(true);
  });

  it("goes on with a drawing that it is given", async () => {
    const { task, network } = await without;
    const prime = { offsets: [1, 2, 0, 3, 4, 0] };
    const [written] = (await all(await task.writer(network), { prime, longest: 7 })) as [WrittenStrokes];
    expect([...written.offsets.subarray(0, 6)]).toEqual(prime.offsets);
    expect(written.offsets.length).toBeGreaterThan(6);
  });

  it("takes no text, and stops where it is told to", async () => {
    const { task, network } = await without;
    const writer = await task.writer(network);
    await expect(all(writer, { text: "a" })).rejects.toThrow(
      "items: text: this network was not taught to write given texts.",
    );
    await expect(all(writer, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});

describe("StrokeTask", () => {
  it("measures nats a point without what the end costs", async () => {
    const { task, network, after } = await withTexts;
    const measured = task.heldOut();
    const [x, y] = [...(measured?.batches ?? [])][0] as never as readonly [never, Tensor];
    const { density } = (await network.predict(x)) as Readonly<Record<string, Tensor>>;
    const nats = await evaluateOne(
      (p) => mixtureDensityLoss().emit(p.graph.constant(y), p),
      density as Tensor,
    );
    const each = Array.from(toNumbers(nats));
    // Items stand in the order of their lengths.
    const lengths = task.heldOutItems.map(({ offsets }) => offsets.length / 3).sort((a, b) => a - b);
    const time = y.sizeAt(1);
    const sum = lengths.reduce(
      (total, length, row) => total + each.slice(row * time, row * time + length).reduce((a, b) => a + b, 0),
      0,
    );
    expect(y.sizeAt(2)).toBe(3);
    expect(measured?.positions).toBe(lengths.reduce((a, b) => a + b, 0));
    expect(after).toBeCloseTo(sum / (measured?.positions as number), 4);
  });

  it("writes and judges samples", async () => {
    const { task, network } = await withTexts;
    const sample = await task.sample(network, {
      count: 5,
      temperature: 0.5,
      random: new Generator(1),
      signal: undefined,
    });
    expect(sample.texts).toEqual([]);
    expect(sample.judgement.count).toBe(5);
    // Nothing tells a good drawing from a scribble, and no two are the same number by number.
    expect(sample.judgement).toMatchObject({ valid: undefined, novel: undefined, copies: undefined });
    expect(sample.how).toBe("with bias 0.69");
    expect(sample.judgement.figures.points?.value).toBeGreaterThan(2);
    expect(sample.judgement.figures.strokes?.as).toBe("mean");
  });

  it("measures on other items as far as they are known", async () => {
    const { task } = await withTexts;
    const others = [items[0], { offsets: [1, 2, 1], text: "xyz" }, { offsets: [1, 2, 1] }];
    expect(task.measured(others as never).items).toBe(1);
    expect(() => task.measured(others.slice(1) as never)).toThrow(
      "strokes: none of the 2 drawings has letters and labels that were learnt.",
    );
  });

  it("refuses items that are none, and configurations that were not saved so", () => {
    const config = strokeTaskConfig(items, shape);
    expect(() => new StrokeTask([{ offsets: [1] }], config)).toThrow(
      "StrokeTask: items[0] must be a drawing",
    );
    expect(() => new StrokeTask(items, { ...config, scale: [] })).toThrow(
      "StrokeTask: scale must be two numbers",
    );
    expect(() => new StrokeTask(items, config, {} as never)).toThrow("StrokeTask: runtime must be a Runtime");
    expect(() => new StrokeTask([{ offsets: [1, 2, 1] }], { ...config, letters: ["a"] })).toThrow(
      "strokes: drawing 0: it has no text, and the network is given texts.",
    );
  });
});
