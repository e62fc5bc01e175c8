import { describe, expect, it } from "vitest";
import type { Value } from "../../../engine/graph/graph.js";
import { cast } from "../../../engine/ops/cast.js";
import { testLayerGoldens } from "../../testing/layerGoldens.js";
import { runLayer } from "../../testing/runLayer.js";
import type { LayerFunction } from "../base/layer.js";
import { input } from "../core/input.js";
import { lambda } from "../core/lambda.js";
import { type MultiHeadAttentionOptions, multiHeadAttention } from "./multiHeadAttention.js";

/** Either form: the goldens hold both. */
const made = (options: MultiHeadAttentionOptions): { readonly layer: LayerFunction["layer"] } =>
  multiHeadAttention(options as MultiHeadAttentionOptions & { returnAttentionScores: false });

describe("attention is Keras's", () => {
  testLayerGoldens("attention", { multiHeadAttention: made });
});

describe("attention", () => {
  const x = input({ shape: [null, 4], name: "x" });
  const bools = input({ shape: [null, 4], dtype: "bool" });
  const [a, b, c] = [
    [1, 2, 3, 4],
    [0, 1, 0, 1],
    [3, 1, 4, 1],
  ] as const;

  it("knows the shapes of its results", () => {
    expect(multiHeadAttention({ numHeads: 2, keyDim: 3 })([x, x]).shape).toEqual([null, null, 4]);
    const both = multiHeadAttention({ numHeads: 2, keyDim: 3, returnAttentionScores: true });
    const [y, scores] = both([input({ shape: [5, 4] }), input({ shape: [7, 6] })]);
    expect([y?.shape, scores?.shape]).toEqual([
      [null, 5, 4],
      [null, 2, 5, 7],
    ]);
  });

  it("does not look at what masks forbid, and hands the query's on", async () => {
    const layer = multiHeadAttention({ numHeads: 1, keyDim: 2, returnAttentionScores: true });
    const query = [[a, b]];
    const value = [[a, b, c]];
    const run = await runLayer(layer, [query, value], { masks: [[[true, true]], [[true, false, true]]] });
    const [first, , third, fourth, , last] = [...(run.outputs[1]?.data ?? [])].map(Number);
    expect([...(run.outputs[1]?.data ?? [])].map(Number).filter((_, at) => at % 3 === 1)).toEqual([0, 0]);
    expect(Number(first) + Number(third)).toBeCloseTo(1, 6);
    expect(Number(fourth) + Number(last)).toBeCloseTo(1, 6);
    expect([...(run.masks[0]?.data ?? [])]).toEqual([1, 1]);
  });

  it("drops attention in training only", async () => {
    const layer = multiHeadAttention({ numHeads: 1, keyDim: 2, dropout: 1, useBias: false });
    const values = [[a, b]];
    const zeros = (run: Awaited<ReturnType<typeof runLayer>>): boolean =>
      [...(run.outputs[0]?.data ?? [])].every((value) => Number(value) === 0);
    expect(zeros(await runLayer(layer, [values, values], { training: true }))).toBe(true);
    expect(zeros(await runLayer(layer, [values, values]))).toBe(false);
  });

  it.each([
    [
      () => multiHeadAttention({ numHeads: 2, keyDim: 3, name: "m" })(x),
      'multiHeadAttention "m": expected [query, value], or [query, value, key], received 1 inputs. To let a sequence attend to itself, call it on [x, x].',
    ],
    [
      () => multiHeadAttention({ numHeads: 2, keyDim: 3 })([x, x, x, x]),
      "multiHeadAttention: expected [query, value], or [query, value, key], received 4 inputs. To let a sequence attend to itself, call it on [x, x].",
    ],
    [
      () => multiHeadAttention({ numHeads: 2, keyDim: 3 })([bools, bools]),
      'multiHeadAttention: expected [query, value], or [query, value, key], and behind them one mask if wanted, received 2 inputs, 2 of them bool. Bools are masks: to attend to one, make it numbers first, for example with lambda(([x]) => ops.cast(x, "float32")).',
    ],
    [
      () => multiHeadAttention({ numHeads: 2, keyDim: 3 })([x, x, bools, bools]),
      "received 4 inputs, 2 of them bool. Bools are masks",
    ],
    [
      () => multiHeadAttention({ numHeads: 2, keyDim: 3 })([x, input({ shape: [4], name: "v" })]),
      'multiHeadAttention: expected rank 3 (batch, steps, features), received [?, 4] from "v". Reshape before it, for example reshape({ targetShape: [4, 1] }).',
    ],
    [
      () =>
        multiHeadAttention({ numHeads: 2, keyDim: 3 })([
          x,
          input({ shape: [5, 4], name: "v" }),
          input({ shape: [6, 4], name: "k" }),
        ]),
      'multiHeadAttention: expected as many keys as values, received [?, 5, 4] from "v" and [?, 6, 4] from "k"',
    ],
    [
      () => multiHeadAttention({ numHeads: 0, keyDim: 3 }),
      "multiHeadAttention: numHeads must be a whole number from 1, received 0.",
    ],
  ])("%#: refuses what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });

  it("takes bools made numbers, as its error says", () => {
    const numbers = lambda(([v]) => cast(v as Value, "float32"))(bools);
    expect(multiHeadAttention({ numHeads: 2, keyDim: 3 })([numbers, numbers]).shape).toEqual([null, null, 4]);
  });
});
