import { afterAll, describe, expect, it } from "vitest";
import { Generator } from "../../engine/random/generator.js";
import { nodeRuntime } from "../../engine/runtime/node.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { lambdaCallback } from "../callbacks/lambdaCallback.js";
import { dense } from "../layers/core/dense.js";
import { embedding } from "../layers/core/embedding.js";
import { input } from "../layers/core/input.js";
import { dropout } from "../layers/regularization/dropout.js";
import { flatten } from "../layers/reshaping/flatten.js";
import { model } from "../models/model.js";

const runtime = testRuntime();
afterAll(() => runtime.dispose());

interface Options {
  readonly seed?: number;
  readonly rate?: number;
}

/** A small network that learns y = x₀ − x₁. */
function small({ seed = 1, rate = 0 }: Options = {}) {
  const x = input({ shape: [2] });
  const hidden = dropout({ rate })(dense({ units: 4, activation: "tanh" })(x));
  const net = model({ inputs: x, outputs: dense({ units: 1 })(hidden), seed, runtime });
  net.compile({ optimizer: { name: "sgd", config: { learningRate: 0.1 } }, loss: "mse", metrics: ["mae"] });
  return net;
}

function data(count: number) {
  const random = new Generator(9);
  const x = Array.from({ length: count }, () => [random.normal(), random.normal()]);
  return { x, y: x.map(([a = 0, b = 0]) => a - b) };
}

const weightsOf = (net: ReturnType<typeof small>) =>
  net.variables.map(({ variable }) => [...variable.value.data]);

describe("fit", () => {
  it("learns, and gives the figures of every epoch", async () => {
    const { x, y } = data(50);
    const { epochs, history, stopped, position } = await small().fit(x, y, { epochs: 20, batchSize: 8 });
    expect(epochs).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(Object.keys(history)).toEqual(["loss", "mae"]);
    const { loss = [] } = history;
    expect(loss).toHaveLength(20);
    expect(loss.at(-1)).toBeLessThan((loss[0] ?? 0) / 10);
    expect(stopped).toBeUndefined();
    expect(position).toMatchObject({ epoch: 20, step: 0 });
  });

  it("weights the figures of batches by their samples", async () => {
    const { x, y } = data(7);
    const net = small();
    net.compile({ optimizer: { name: "sgd", config: { learningRate: 0 } }, loss: "mse", metrics: ["mae"] });
    const { history } = await net.fit(x, y, { batchSize: 3 });
    const whole = await net.evaluate(x, y, { batchSize: 7 });
    expect(history.loss?.[0]).toBeCloseTo(whole.loss ?? Number.NaN, 6);
    expect(history.mae?.[0]).toBeCloseTo(whole.mae ?? Number.NaN, 6);
  });

  it("keeps the last samples for validation", async () => {
    const { x, y } = data(20);
    const options = { epochs: 2, shuffle: false };
    const split = small();
    const { history } = await split.fit(x, y, { ...options, validationSplit: 0.25 });
    expect(Object.keys(history)).toEqual(["loss", "mae", "val_loss", "val_mae"]);
    const apart = small();
    const given = await apart.fit(x.slice(0, 15), y.slice(0, 15), {
      ...options,
      validationData: [x.slice(15), y.slice(15)],
    });
    expect(given.history).toEqual(history);
    const evaluated = await split.evaluate(x.slice(15), y.slice(15));
    expect(history.val_loss?.[1]).toBe(evaluated.loss);
  });

  it("validates with weights, and every so many epochs", async () => {
    const { x, y } = data(8);
    const weight = y.map((_, index) => (index === 0 ? 1 : 0));
    const { history } = await small().fit(x, y, {
      epochs: 4,
      validationData: [x, y, weight],
      validationFrequency: 2,
    });
    expect(history.val_loss).toHaveLength(2);
    expect(history.val_mae).toHaveLength(2);
  });

  it("gives the same bytes for the same seed, dropout and shuffling included", async () => {
    const { x, y } = data(30);
    const run = async (seed: number) => {
      const net = small({ seed, rate: 0.5 });
      await net.fit(x, y, { epochs: 3, batchSize: 4 });
      return weightsOf(net);
    };
    const wanted = await run(1);
    expect(await run(1)).toEqual(wanted);
    expect(await run(2)).not.toEqual(wanted);
  });

  it("draws another order in every epoch, and none without shuffle", async () => {
    const x = Array.from({ length: 12 }, (_, index) => [index, 0]);
    const y = x.map(() => 0);
    const seen = async (shuffle: boolean) => {
      const orders: number[][] = [[], []];
      const watch = lambdaCallback({
        onBatchEnd: ({ batch }, { epoch }) => {
          const [tensor] = batch.inputs;
          for (let row = 0; row < batch.size; row++) orders[epoch]?.push(Number(tensor?.data[2 * row]));
        },
      });
      await small().fit(x, y, { epochs: 2, batchSize: 5, shuffle, callbacks: [watch] });
      return orders;
    };
    const natural = x.map(([first]) => first);
    expect(await seen(false)).toEqual([natural, natural]);
    const [first = [], second = []] = await seen(true);
    expect([...first].sort((a, b) => a - b)).toEqual(natural);
    expect(first).not.toEqual(natural);
    expect(second).not.toEqual(first);
  });

  it("takes typed arrays and tensors as it takes arrays", async () => {
    const { x, y } = data(6);
    const run = async (given: unknown, targets: unknown) => {
      const net = small();
      await net.fit(given as never, targets as never);
      return weightsOf(net);
    };
    const wanted = await run(x, y);
    expect(
      await run(new Tensor("float32", [6, 2], Float32Array.from(x.flat())), Float32Array.from(y)),
    ).toEqual(wanted);
    expect(
      await run(
        new Tensor("float64", [6, 2], Float64Array.from(x.flat())),
        y.map((value) => [value]),
      ),
    ).toEqual(wanted);
  });

  it("ends after the batch under way when its signal aborts, and can go on", async () => {
    const { x, y } = data(20);
    const whole = small();
    await whole.fit(x, y, { epochs: 3, batchSize: 5 });
    const net = small();
    const controller = new AbortController();
    const abort = lambdaCallback({
      onBatchEnd: ({ step }, { epoch }) => {
        if (epoch === 1 && step === 2) controller.abort();
      },
    });
    const options = { epochs: 3, batchSize: 5 };
    const { signal } = controller;
    const { epochs, stopped, position } = await net.fit(x, y, { ...options, callbacks: [abort], signal });
    expect({ epochs, stopped }).toEqual({ epochs: [0], stopped: "aborted" });
    expect(position).toMatchObject({ epoch: 1, step: 2 });
    const { history } = await net.fit(x, y, { ...options, resume: position });
    expect(weightsOf(net)).toEqual(weightsOf(whole));
    expect(history.loss).toHaveLength(2);
  });

  it("does nothing when its signal has aborted before", async () => {
    const { x, y } = data(4);
    const net = small();
    const before = weightsOf(net);
    const { epochs, stopped } = await net.fit(x, y, { signal: AbortSignal.abort() });
    expect({ epochs, stopped }).toEqual({ epochs: [], stopped: "aborted" });
    expect(weightsOf(net)).toEqual(before);
  });

  it("begins at a given epoch and ends at the one that is counted from the first", async () => {
    const { x, y } = data(4);
    const { epochs } = await small().fit(x, y, { initialEpoch: 3, epochs: 5 });
    expect(epochs).toEqual([3, 4]);
    expect((await small().fit(x, y, { initialEpoch: 5, epochs: 5 })).epochs).toEqual([]);
  });

  it("trains on one batch as fit does", async () => {
    const { x, y } = data(5);
    const one = small();
    const other = small();
    const logs = await one.trainOnBatch(x, y);
    const { history } = await other.fit(x, y, { shuffle: false });
    expect(weightsOf(one)).toEqual(weightsOf(other));
    expect(logs).toEqual({ loss: history.loss?.[0], mae: history.mae?.[0] });
  });

  it("runs steps one after the other, however they are asked for", async () => {
    const { x, y } = data(6);
    const parts = [0, 2, 4].map((from) => [x.slice(from, from + 2), y.slice(from, from + 2)] as const);
    const inTurn = small();
    for (const [a, b] of parts) await inTurn.trainOnBatch(a, b);
    const atOnce = small();
    await Promise.all(parts.map(([a, b]) => atOnce.trainOnBatch(a, b)));
    expect(weightsOf(atOnce)).toEqual(weightsOf(inTurn));
  });

  it("predicts batch by batch what it predicts at once", async () => {
    const { x } = data(11);
    const net = small();
    const whole = await net.predict(x, { batchSize: 11 });
    expect(whole.shape).toEqual([11, 1]);
    expect((await net.predict(x, { batchSize: 4 })).data).toEqual(whole.data);
    await expect(net.predict(x, { batchSize: 4, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("a source of batches", () => {
  const { x, y } = data(12);
  const batch = (index: number) =>
    [x.slice(4 * index, 4 * index + 4), y.slice(4 * index, 4 * index + 4)] as const;
  const wanted = async () => {
    const net = small();
    await net.fit(x, y, { epochs: 2, batchSize: 4, shuffle: false });
    return weightsOf(net);
  };

  it("may be an array-like iterable, an async one, or a function of the epoch", async () => {
    const list = new Set([batch(0), batch(1), batch(2)]);
    async function* later() {
      for (const one of list) yield one;
    }
    const epochs: number[] = [];
    const sources = [
      list,
      (epoch: number) => {
        epochs.push(epoch);
        return list;
      },
      later,
    ];
    const expected = await wanted();
    for (const source of sources) {
      const net = small();
      await net.fit(source, { epochs: 2 });
      expect(weightsOf(net)).toEqual(expected);
    }
    expect(epochs).toEqual([0, 1]);
  });

  it("that does not end is cut into epochs", async () => {
    const closed = { value: false };
    async function* endless() {
      try {
        for (let index = 0; ; index++) yield batch(index % 3);
      } finally {
        closed.value = true;
      }
    }
    const net = small();
    const { history } = await net.fit(endless, { epochs: 2, stepsPerEpoch: 3 });
    expect(history.loss).toHaveLength(2);
    expect(weightsOf(net)).toEqual(await wanted());
    expect(closed.value).toBe(true);
  });

  it("carries weights, and is evaluated", async () => {
    const weight = [0, 0, 0, 1];
    const net = small();
    const logs = await net.evaluate([[...batch(0), weight]].values() as never);
    const direct = await net.evaluate(batch(0)[0], batch(0)[1], { sampleWeight: weight });
    expect(logs).toEqual(direct);
  });

  it("that was read to its end cannot be read again", async () => {
    async function* once() {
      yield batch(0);
    }
    await expect(small().fit(once(), { epochs: 2 })).rejects.toThrow(
      "fit: epoch 1 has no batches. A source must be a function, or an iterable that can be read again.",
    );
    await expect(small().evaluate((() => []) as never)).rejects.toThrow(
      "evaluate: the source has no batches",
    );
  });

  it.each([
    ["batchSize", { batchSize: 3 }],
    ["validationSplit", { validationSplit: 0.5 }],
    ["sampleWeight", { sampleWeight: [1] }],
  ])("does not take %s", async (name, options) => {
    await expect(small().fit(() => [batch(0)], options)).rejects.toThrow(
      `fit: "${name}" serves data in memory; a source makes its batches`,
    );
  });

  it("names the batch that does not fit", async () => {
    const bad = [batch(0), [[[1]], [1]]] as never;
    await expect(small().fit(() => bad)).rejects.toThrow('fit: batch 1: input "input": expected float32');
    await expect(small().fit((() => [[1, 2, 3, 4]]) as never)).rejects.toThrow(
      "fit: batch 0: expected [x, y] or [x, y, sampleWeight]",
    );
  });

  it("passes its own errors on, and callbacks hear of the end", async () => {
    const ends: string[] = [];
    const watch = lambdaCallback({ onTrainEnd: () => void ends.push("end") });
    async function* failing() {
      yield batch(0);
      throw new RangeError("the disk is gone");
    }
    await expect(small().fit(failing, { callbacks: [watch] })).rejects.toThrow(RangeError);
    expect(ends).toEqual(["end"]);
    const late = lambdaCallback({
      onTrainEnd: () => {
        throw new Error("too late");
      },
    });
    // The first error is told, and whoever holds something gives it back.
    await expect(small().fit(failing, { callbacks: [late, watch] })).rejects.toThrow(RangeError);
    await expect(small().fit(() => [batch(0)], { callbacks: [late, watch] })).rejects.toThrow("too late");
    expect(ends).toEqual(["end", "end", "end"]);
  });
});

describe("options of fit", () => {
  const { x, y } = data(4);
  it.each([
    [{ batchsize: 3 }, 'fit: unknown option "batchsize". Did you mean "batchSize"?'],
    [{ epochs: 1.5 }, "fit: epochs must be a whole number from 0, received 1.5"],
    [{ batchSize: 0 }, "fit: batchSize must be a whole number from 1, received 0"],
    [{ validationSplit: 1 }, "fit: validationSplit must be a number from 0 to below 1, received 1."],
    [
      { validationSplit: 0.9 },
      "fit: validationSplit 0.9 of 4 samples leaves nothing to train or to validate on",
    ],
    [
      { validationSplit: 0.5, validationData: [x, y] },
      "fit: validationSplit and validationData are both given",
    ],
    [{ resume: { epoch: 1, step: 0 }, initialEpoch: 1 }, "fit: resume says where to begin"],
    [{ callbacks: {} }, "fit: callbacks must be an array"],
    [{ shuffle: "no" }, "fit: shuffle must be true or false"],
    [{ signal: 3 }, "fit: signal must be an AbortSignal"],
    [
      { validationData: { x, y } },
      "fit: validationData must be [x, y], [x, y, sampleWeight] or a source of batches",
    ],
    [{ resume: 3 }, "fit: resume must be the training of loadModel or the position of a history"],
    [
      { classWeight: 5 },
      "fit: classWeight must be a record of a number for each class's number, received 5.",
    ],
    [
      { classWeight: { first: 2 } },
      'fit: classWeight: expected a finite number for each class\'s number, received "first": 2',
    ],
    [{ callbacks: [{}] }, "fit: callbacks[0] must be an object with a name and methods such as onEpochEnd"],
    [
      { callbacks: [{ name: "mine", onEpochEnds() {} }] },
      'callback "mine": unknown option "onEpochEnds". Did you mean "onEpochEnd"?',
    ],
  ])("%j", async (options, message) => {
    await expect(small().fit(x, y, options as never)).rejects.toThrow(message);
  });

  it.each([
    [{ loss: "msse" }, 'compile: loss: unknown loss "msse". Did you mean "mse"?'],
    [
      { loss: "mse", metrics: ["acuracy"] },
      'compile: metrics: unknown metric "acuracy". Did you mean "accuracy"?',
    ],
    [{ loss: "mse", metrics: { bogus: "mae" } }, "compile: metrics"],
    [
      { loss: "mse", weightedMetrics: [{ name: "nope" }] },
      'compile: weightedMetrics: unknown metric "nope".',
    ],
    [
      { loss: "mse", metrics: ["mae", undefined] },
      "compile: metrics[1]: expected a name or a metric, received nothing.",
    ],
  ])("tell compile %j", (options, message) => {
    expect(() => small().compile(options as never)).toThrow(message);
  });

  it("need a compiled model", async () => {
    const inputs = input({ shape: [2] });
    const net = model({ inputs, outputs: dense({ units: 1 })(inputs), runtime });
    await expect(net.fit(x, y)).rejects.toThrow(
      "model has to be compiled first: call compile({ optimizer, loss })",
    );
    expect((await net.predict(x)).shape).toEqual([4, 1]);
  });
});

describe("data that do not fit", () => {
  const { x, y } = data(4);
  it.each([
    [
      "another width",
      [[1, 2, 3]],
      [1],
      'fit: input "input": expected float32 of shape [?, 2] (?: any size), received [1, 3].',
    ],
    ["no batch", [1, 2], [1], "A single sample needs a batch axis in front: [sample]."],
    [
      "a NaN",
      [[1, Number.NaN]],
      [1],
      'fit: input "input": element 1 (sample 0) is NaN; expected finite numbers.',
    ],
    ["an infinite target", [[1, 2]], [1 / 0], 'fit: target "dense_1": element 0 (sample 0) is Infinity'],
    [
      "unequal numbers",
      x,
      y.slice(1),
      'input "input" has 4 samples and target "dense_1" has 3; they must be as many',
    ],
    ["no samples", new Tensor("float32", [0, 2], new Float32Array()), [], "fit: the data has no samples"],
    [
      "no targets",
      x,
      undefined,
      'fit: there are no targets for output "dense_1", which has the loss meanSquaredError',
    ],
    ["rows of unequal length", [[1, 2], [3]], [1, 2], 'fit: input "input": '],
    ["text", [["a", "b"]], [1], 'fit: input "input": a tensor is made of numbers, received "a"'],
  ])("%s", async (_, given, targets, message) => {
    await expect(small().fit(given as never, targets as never)).rejects.toThrow(message);
  });

  it("are ids that an embedding has not, and numbers that an integer cannot hold", async () => {
    const ids = input({ name: "ids", shape: [2], dtype: "int32" });
    const outputs = flatten()(embedding({ inputDim: 5, outputDim: 1 })(ids));
    const net = model({ inputs: ids, outputs, runtime });
    const message = (id: number) =>
      `predict: input "ids": element 1 (sample 0) is ${id}; expected ids from 0 to 4`;
    for (const id of [5, -1]) await expect(net.predict([[0, id]])).rejects.toThrow(message(id));
    const plain = model({ inputs: ids, outputs: flatten()(ids), runtime });
    await expect(plain.predict([[0, 3e9]])).rejects.toThrow(
      'predict: input "ids": expected whole numbers (int32) from -2147483648 to 2147483647, received 3000000000 in sample 0',
    );
  });

  it("are batches of no samples", async () => {
    await expect(small().predict(x, { batchSize: 0 })).rejects.toThrow(
      "predict: batchSize must be a whole number",
    );
    await expect(small().evaluate(x, y, { batchSize: -1 })).rejects.toThrow(
      "evaluate: batchSize must be a whole",
    );
    await expect(small().fit("text" as never, y)).rejects.toThrow(
      "fit: inputs: expected an entry for each of input",
    );
  });

  it("are labels out of range", async () => {
    const inputs = input({ shape: [2] });
    const net = model({
      inputs,
      outputs: { kind: dense({ units: 3, activation: "softmax" })(inputs) },
      runtime,
    });
    net.compile({ loss: "sparseCategoricalCrossentropy" });
    const message = 'fit: target "kind": label 3 (element 1) is none of the classes 0 to 2';
    await expect(net.fit(x, { kind: [0, 3, 1, 2] })).rejects.toThrow(message);
    await expect(net.fit(x, { kind: [0, 0.5, 1, 2] })).rejects.toThrow("expected whole numbers");
    await expect(net.fit(x, { kind: [[1, 0, 0]] })).rejects.toThrow(
      "For one-hot targets use categoricalCrossentropy",
    );
    await expect(net.fit(x, { kinds: [0] } as never)).rejects.toThrow(
      'there is no "kinds"; did you mean "kind"?',
    );
  });
});

describe("10,000 steps", () => {
  it("hold no more memory than the first, and no more sessions", { timeout: 60_000 }, async () => {
    const own = nodeRuntime({ threads: 1, strictTypes: true });
    const inputs = input({ shape: [16] });
    const net = model({
      inputs,
      outputs: dense({ units: 16 })(dropout({ rate: 0.5 })(inputs)),
      runtime: own,
    });
    net.compile({ optimizer: "adam", loss: "mse" });
    const batch = [Tensor.full([256, 16], 1), Tensor.zeros([256, 16])] as const;
    const run = async (steps: number): Promise<number> => {
      for (let step = 0; step < steps; step++) await net.trainOnBatch(batch[0], batch[1]);
      return process.memoryUsage().rss;
    };
    const before = await run(2_000);
    const after = await run(10_000);
    expect(own.liveSessions).toBe(1);
    // A batch takes 16 KiB: one that was kept at each step would add 156 MiB.
    expect(after - before).toBeLessThan(48 * 2 ** 20);
    await net.dispose();
    expect(own.liveSessions).toBe(0);
  });
});
