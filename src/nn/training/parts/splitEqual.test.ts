import { afterAll, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { nodeRuntime } from "../../../engine/runtime/node.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { expectClose } from "../../../engine/testing/expectClose.js";
import * as imago from "../../../index.js";
import { cumSum, reduceMean, sub } from "../../../ops.js";

const {
  add,
  averagePooling2d,
  batchNormalization,
  bidirectional,
  concatenate,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  gaussianNoise,
  globalAveragePooling1d,
  globalAveragePooling2d,
  gru,
  input,
  lambda,
  layerNormalization,
  lstm,
  masking,
  maxPooling2d,
  model,
  multiHeadAttention,
  optimizers,
  separableConv2d,
  spatialDropout1d,
  timeDistributed,
} = imago;

type Symbolic = ReturnType<typeof input>;

const runtime = nodeRuntime({ threads: 2 });
afterAll(async () => {
  await runtime.dispose();
  expect([runtime.liveSessions, runtime.parts?.liveThreads]).toEqual([0, 0]);
});

const count = 23;

function numbers(seed: number, shape: readonly number[]): Tensor {
  const made = Tensor.zeros([count, ...shape]);
  made.data.set(new Generator(seed).uniforms(made.size).map((number) => 2 * number - 1));
  return made;
}

function classes(seed: number, shape: readonly number[], limit: number): Tensor {
  const drawn = new Generator(seed).uniforms([count, ...shape].reduce((a, b) => a * b, 1));
  return new Tensor(
    "int32",
    [count, ...shape],
    Int32Array.from(drawn, (number) => Math.floor(number * limit)),
  );
}

interface Case {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly body: (x: Symbolic) => Symbolic;
  readonly optimizer?: ReturnType<typeof optimizers.sgd>;
  readonly loss?: unknown;
  readonly metrics?: readonly string[];
  readonly fit?: Readonly<Record<string, unknown>>;
}

const rows = numbers(1, [6]);
const images = numbers(2, [8, 8, 3]);
const sequences = numbers(3, [5, 4]);
const ids = classes(4, [5], 7);
const labels = classes(5, [1], 3);
const steps = classes(6, [5, 1], 3);
const scores = (x: Symbolic): Symbolic => dense({ units: 3, activation: "softmax" })(x);
const sampleWeight = Array.from({ length: count }, (_, at) => (at % 3) / 2);

const cases: Readonly<Record<string, Case>> = {
  "dense, penalised, clipped and decayed": {
    x: rows,
    y: labels,
    body: (x) =>
      scores(dense({ units: 8, activation: "relu", kernelRegularizer: "l2", activityRegularizer: "l1" })(x)),
    optimizer: optimizers.adam({ globalClipNorm: 0.05, weightDecay: 0.01 }),
  },
  "weights of samples and classes": {
    x: rows,
    y: labels,
    body: (x) => scores(x),
    fit: { sampleWeight, classWeight: { 0: 1, 1: 3, 2: 0.5 } },
  },
  "convolutions and dropout": {
    x: images,
    y: labels,
    body: (x) => {
      const a = conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" })(x);
      const b = separableConv2d({ filters: 4, kernelSize: 3, padding: "same" })(maxPooling2d()(a));
      return scores(dropout({ rate: 0.4 })(flatten()(add()([b, averagePooling2d()(a)]))));
    },
  },
  "frozen batch normalisation": {
    x: images,
    y: labels,
    body: (x) => scores(globalAveragePooling2d()(batchNormalization({ trainable: false })(x))),
  },
  "an LSTM with dropout of its own": {
    x: sequences,
    y: labels,
    body: (x) => scores(lstm({ units: 6, dropout: 0.2, recurrentDropout: 0.2 })(x)),
  },
  "masked sequences": {
    x: ids,
    y: steps,
    body: (x) => {
      const words = embedding({ inputDim: 7, outputDim: 4, maskZero: true })(x);
      return scores(bidirectional({ layer: gru({ units: 5, returnSequences: true }) })(words));
    },
    metrics: ["accuracy"],
  },
  "sequences without a step that counts": {
    x: Tensor.zeros([count, 5, 4]),
    y: steps,
    body: (x) => scores(lstm({ units: 3, returnSequences: true })(masking()(x))),
  },
  "attention and noise": {
    x: sequences,
    y: labels,
    body: (x) => {
      const noisy = gaussianNoise({ stddev: 0.3 })(spatialDropout1d({ rate: 0.3 })(x));
      const seen = multiHeadAttention({ numHeads: 2, keyDim: 3, dropout: 0.2 })([noisy, noisy]);
      return scores(globalAveragePooling1d()(layerNormalization()(concatenate()([x, seen]))));
    },
  },
  "steps by themselves, with penalties": {
    x: sequences,
    y: steps,
    body: (x) =>
      scores(
        timeDistributed({ layer: dense({ units: 4, activityRegularizer: "l2" }) })(
          dropout({ rate: 0.3, noiseShape: [null, 1, 4] })(x),
        ),
      ),
    fit: { sampleWeight },
  },
  "a sum over the batch": {
    x: rows,
    y: rows,
    body: (x) => dense({ units: 6 })(x),
    loss: imago.losses.meanSquaredError({ reduction: "sum" }),
  },
  "a mean by weights": {
    x: rows,
    y: rows,
    body: (x) => dense({ units: 6 })(x),
    loss: imago.losses.huber({ reduction: "meanWithSampleWeight" }),
    fit: { sampleWeight },
  },
  "labels that count nothing": {
    x: rows,
    y: labels,
    body: scores,
    loss: imago.losses.sparseCategoricalCrossentropy({ ignoreClass: 1 }),
    metrics: ["accuracy"],
  },
};

function make({ x, body, optimizer, loss, metrics }: Case) {
  const data = input({ shape: x.shape.slice(1), dtype: x.dtype as "float32", name: "x" });
  const net = model({ inputs: data, outputs: body(data), seed: 5, runtime });
  net.compile({
    optimizer: optimizer ?? optimizers.sgd({ learningRate: 0.1, momentum: 0.9 }),
    loss: (loss ?? "sparseCategoricalCrossentropy") as "mse",
    metrics: (metrics ?? []) as never,
  });
  return net;
}

/** Trains for two epochs of unequal batches, then measures and predicts. */
async function trained(one: Case, parts: number) {
  const net = make(one);
  const { x, y } = one;
  const made = await net.fit(x, y, { batchSize: 9, epochs: 2, parts, validationData: [x, y], ...one.fit });
  const weights = net.variables.map(({ variable }) => variable.value.clone());
  const measured = await net.evaluate(x, y, { batchSize: 16 });
  const predicted = await net.predict(x, { batchSize: 16 });
  await net.dispose();
  return { made, weights, measured, predicted };
}

describe("a step in parts", () => {
  it.each(Object.keys(cases))("is a whole one, to rounding: %s", async (name) => {
    const one = cases[name] as Case;
    const whole = await trained(one, 1);
    expect(whole.made).toMatchObject({ parts: 1 });
    for (const parts of [2, 5]) {
      const split = await trained(one, parts);
      expect(split.made.whole).toBeUndefined();
      split.weights.forEach((weight, at) => {
        expectClose(weight, whole.weights[at] as Tensor, { relative: 1e-4, absolute: 1e-6 });
      });
      for (const [figure, values] of Object.entries(whole.made.history)) {
        values.forEach((value, at) => {
          expect(split.made.history[figure]?.[at], figure).toBeCloseTo(value, 5);
        });
      }
      for (const [figure, value] of Object.entries(whole.measured))
        expect(split.measured[figure]).toBeCloseTo(value, 5);
      expectClose(split.predicted, whole.predicted, { relative: 1e-4, absolute: 1e-6 });
    }
  });
});

describe("what mixes samples", () => {
  const mixing: Readonly<Record<string, readonly [Case, string]>> = {
    "batch normalisation": [
      { x: rows, y: labels, body: (x) => scores(batchNormalization()(x)) },
      "batchNormalization",
    ],
    "a layer of one's own": [
      {
        x: rows,
        y: labels,
        body: (x) =>
          scores(lambda(([v]) => sub(v as never, reduceMean(v as never, { axes: [0], keepDims: true })))(x)),
      },
      "lambda",
    ],
    "sums from sample to sample": [
      { x: rows, y: labels, body: (x) => scores(lambda(([v]) => cumSum(v as never, { axis: 0 }))(x)) },
      "lambda",
    ],
    "a number that the batch's size enters": [
      {
        x: rows,
        y: labels,
        body: (x) => scores(lambda(([v]) => sub(v as never, 1 / (v?.size(0) as number)))(x)),
      },
      "lambda",
    ],
  };

  it.each(Object.keys(mixing))("is computed whole: %s", async (name) => {
    const [one, layer] = mixing[name] as readonly [Case, string];
    const whole = await trained(one, 1);
    const split = await trained(one, 2);
    expect(split.made.whole).toContain(`layer "${layer}" puts samples of a batch together`);
    expect(split.weights).toEqual(whole.weights);
    expect(split.made.history.loss).toEqual(whole.made.history.loss);
  });
});
