import { describe, expect, it } from "vitest";
import { Graph } from "../../engine/graph/graph.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { activation, input, softmax } from "../layers/index.js";
import { model } from "../models/model.js";
import { metric, resolveMetric } from "./resolve.js";

const runtime = testRuntime();
// Those of classes that have to be named count confusions, and have tests of their own.
// Of pen strokes, whose targets have a form of their own, `mixtureDensityLoss.test.ts` tells.
const names = metric.names.filter((name) => !/iou|mixtureDensity/i.test(name));
/** Those that read class numbers, or whatever comes. */
const ofClassNumbers = [
  "sparseCategoricalAccuracy",
  "sparseTopKCategoricalAccuracy",
  "sparseCategoricalCrossentropy",
];
const ofEither = ["accuracy", "bitsPerCharacter", "crossentropy", "perplexity"];

function takes(name: string, target: readonly number[], prediction: readonly number[]): boolean {
  const graph = new Graph();
  const declare = (what: string, shape: readonly number[]) =>
    graph.input(what, { dtype: "float32", shape: [5, ...shape] });
  const [t, p] = [declare("t", target), declare("p", prediction)];
  try {
    resolveMetric(name as "mae", { target: t.shape, prediction: p.shape, loss: undefined }).emit(
      t,
      p,
      undefined,
    );
    return true;
  } catch (error) {
    // Not by what an operator says of shapes that it cannot broadcast.
    expect((error as Error).constructor.name, `${name} ${String(error)}`).toBe("ImagoError");
    return false;
  }
}

describe.each(names)("%s takes no target that would be stretched over the prediction", (name) => {
  const shapes = [[], [1], [3], [4], [1, 4], [3, 1], [3, 4], [2, 2], [2, 2, 1], [2, 2, 4], [4, 4]];
  it.each([[[1]], [[4]], [[3, 4]], [[2, 2, 4]]])("%j", (prediction) => {
    for (const target of shapes) {
      const isSame = target.join() === prediction.join();
      // Class numbers stand at each place of the prediction, with or without an axis of their own.
      const places = prediction.slice(0, -1);
      const isClasses = target.join() === places.join() || target.join() === [...places, 1].join();
      const isSingle = prediction.at(-1) === 1;
      const may = ofEither.includes(name)
        ? isSame || isClasses
        : ofClassNumbers.includes(name)
          ? isClasses
          : isSame || (isSingle && isClasses);
      if (takes(name, target, prediction)) expect([target, may]).toEqual([target, true]);
    }
  });
});

describe("figures do not depend on how samples are put into batches", () => {
  const count = 11;
  const random = new Generator(4);
  const data = new Tensor("float32", [count, 4], random.normals(count * 4));
  const classes = Array.from({ length: count }, (_, index) => (index * 7) % 4);
  const rows = classes.map((one) => [0, 1, 2, 3].map((at) => Number(at === one)));
  const several = classes.map((one, index) => [0, 1, 2, 3].map((at) => (at * one + index) % 2));
  const sampleWeight = Array.from({ length: count }, (_, index) => (index % 4 === 0 ? 0 : 1 + index / 3));
  const x = input({ shape: [4] });
  const kinds = {
    sparseCategoricalCrossentropy: [softmax()(x), classes],
    categoricalCrossentropy: [softmax()(x), rows],
    binaryCrossentropy: [activation({ activation: "sigmoid" })(x), several],
  } as const;

  it.each(names)("%s", async (name) => {
    let measured = 0;
    for (const [loss, [outputs, targets]] of Object.entries(kinds)) {
      const net = model({ inputs: x, outputs, runtime });
      net.compile({ loss: loss as "mse", metrics: [name as "mae"], weightedMetrics: [name as "mae"] });
      const evaluate = (batchSize: number) =>
        net.evaluate(data, targets as never, { batchSize, sampleWeight }).catch(() => undefined);
      const whole = await evaluate(count);
      if (whole === undefined) continue;
      measured++;
      const parts = await evaluate(3);
      for (const [figure, value] of Object.entries(whole)) {
        if (Number.isNaN(value)) expect(parts?.[figure]).toBeNaN();
        else expect(Math.abs((parts?.[figure] as number) - value) / (1 + Math.abs(value))).toBeLessThan(1e-5);
      }
      await net.dispose();
    }
    expect(measured).toBeGreaterThan(0);
  });
});

describe("what is sparse names, for one-hot targets, what takes them", () => {
  it.each(names.filter((name) => name.startsWith("sparse")))("%s", (name) => {
    const graph = new Graph();
    const same = graph.input("x", { dtype: "float32", shape: [5, 4] });
    const emit = (spec: string) => metric(spec as "mae").emit(same, same);
    expect(() => emit(name)).toThrow(/For one-hot targets use \w+\./);
    const advised = name.charAt(6).toLowerCase() + name.slice(7);
    expect(() => emit(name)).toThrow(`For one-hot targets use ${advised}.`);
    expect(emit(advised).dtype).toBe("float32");
  });
});
