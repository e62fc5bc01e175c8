import { describe, expect, it } from "vitest";
import { toNumbers } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { model } from "../models/model.js";
import type { SymbolicTensor } from "./base/symbolic.js";
import {
  batchNormalization,
  bidirectional,
  dense,
  embedding,
  globalAveragePooling1d,
  globalMaxPooling1d,
  gru,
  input,
  layerNormalization,
  lstm,
  multiHeadAttention,
  simpleRNN,
  softmax,
  timeDistributed,
} from "./index.js";

const runtime = testRuntime();
const pool = (x: SymbolicTensor): SymbolicTensor => globalAveragePooling1d()(x);

/** What sequences with a mask may go through. */
const ways: Readonly<Record<string, (x: SymbolicTensor) => SymbolicTensor>> = {
  globalAveragePooling1d: pool,
  "globalAveragePooling1d, keepdims": (x) => globalAveragePooling1d({ keepdims: true })(x),
  globalMaxPooling1d: (x) => globalMaxPooling1d()(x),
  lstm: (x) => lstm({ units: 3 })(x),
  "lstm, sequences": (x) => pool(lstm({ units: 3, returnSequences: true })(x)),
  gru: (x) => gru({ units: 3 })(x),
  simpleRNN: (x) => simpleRNN({ units: 3 })(x),
  bidirectional: (x) => pool(bidirectional({ layer: gru({ units: 3, returnSequences: true }) })(x)),
  timeDistributed: (x) => pool(timeDistributed({ layer: dense({ units: 3 }) })(x)),
  batchNormalization: (x) => pool(batchNormalization()(x)),
  layerNormalization: (x) => pool(layerNormalization()(x)),
  softmax: (x) => pool(softmax()(x)),
  multiHeadAttention: (x) => pool(multiHeadAttention({ numHeads: 2, keyDim: 2 })([x, x])),
  "multiHeadAttention, causal": (x) =>
    pool(multiHeadAttention({ numHeads: 2, keyDim: 2, useCausalMask: true })([x, x])),
};

describe("a sample of padding alone", () => {
  it.each(Object.keys(ways))("leaves %s finite, in training and after it", async (name) => {
    const ids = input({ shape: [3], dtype: "int32" });
    const x = embedding({ inputDim: 4, outputDim: 2, maskZero: true })(ids);
    const net = model({
      inputs: ids,
      outputs: dense({ units: 1 })(ways[name]?.(x) as SymbolicTensor),
      runtime,
    });
    net.compile({ optimizer: "adam", loss: "mse" });
    const data = [
      [1, 2, 0],
      [0, 0, 0],
      [0, 1, 2],
      [0, 0, 0],
    ];
    for (const batchSize of [1, 4]) {
      const y = name.includes("keepdims") ? [[[1]], [[2]], [[3]], [[4]]] : [1, 2, 3, 4];
      const { history } = await net.fit(data, y as never, { batchSize, shuffle: false, epochs: 2 });
      expect(history.loss?.every(Number.isFinite)).toBe(true);
    }
    for (const { variable } of net.variables) {
      expect(Array.from(toNumbers(variable.value)).every(Number.isFinite)).toBe(true);
    }
    const predicted = await net.predict(data);
    expect(Array.from(predicted.data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it("has the mean 0, and attends to nothing", async () => {
    const x = input({ shape: [2, 1] });
    const mask = input({ shape: [2, 2], dtype: "bool" });
    const [y, scores] = multiHeadAttention({
      ...{ numHeads: 1, keyDim: 1, returnAttentionScores: true, kernelInitializer: "ones" },
    })([x, x, mask]);
    const net = model({ inputs: { x, mask }, outputs: { y, scores } as never, runtime });
    const given = {
      x: [[[1e3], [2e3]]],
      mask: [
        [
          [false, false],
          [true, false],
        ],
      ] as never,
    };
    const found = (await net.predict(given as never)) as unknown as Record<string, { data: Float32Array }>;
    expect([...(found.scores?.data ?? [])]).toEqual([0, 0, 1, 0]);
    expect([...(found.y?.data ?? [])]).toEqual([0, 1e3]);
  });
});
