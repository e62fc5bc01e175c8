import { describe, expect, expectTypeOf, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { lstm } from "../layers/recurrent/lstm.js";
import { dropout } from "../layers/regularization/dropout.js";
import { type Model, model } from "./model.js";
import { sequential } from "./sequential.js";

const runtime = testRuntime();

describe("sequential", () => {
  it("stands layers behind each other", async () => {
    const m = sequential({
      layers: [
        input({ shape: [4], name: "x" }),
        dense({ units: 8, activation: "relu" }),
        dropout({ rate: 0.5 }),
        dense({ units: 3 }),
      ],
      name: "classifier",
      seed: 7,
      runtime,
    });
    expectTypeOf(m).toEqualTypeOf<Model<SymbolicTensor, SymbolicTensor>>();
    expect([m.name, m.seed, m.layers.length]).toEqual(["classifier", 7, 4]);
    expect(m.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect((await m.predict(Tensor.zeros([2, 4]))).shape).toEqual([2, 3]);
    await m.dispose();
  });

  it("makes the input of its options", () => {
    const m = sequential([{ inputShape: [null, 2], dtype: "float32", batchSize: 5 }, lstm({ units: 3 })]);
    expect(m.name).toBe("sequential");
    expect(m.inputs[0]?.tensor.shape).toEqual([5, null, 2]);
    expect(m.outputs[0]?.tensor.shape).toEqual([5, 3]);
  });

  it("takes models as layers", () => {
    const encoder = sequential({ layers: [{ inputShape: [4] }, dense({ units: 2 })], name: "encoder" });
    const m = sequential([{ inputShape: [4] }, encoder.asLayer(), dense({ units: 4 })]);
    expect(m.variables.map(({ path }) => path)).toEqual([
      "encoder/dense/kernel",
      "encoder/dense/bias",
      "dense/kernel",
      "dense/bias",
    ]);
  });

  it.each([
    [
      () => sequential([dense({ units: 1, name: "d" }) as never]),
      'sequential: the first element must be input({ shape }) or { inputShape }, received dense "d".',
    ],
    [() => sequential([] as never), "received nothing"],
    [() => sequential({ layer: [] } as never), 'sequential: unknown option "layer". Did you mean "layers"?'],
    [
      () => sequential({ layers: {} } as never),
      "sequential: layers must be an array, the input first, received {}.",
    ],
    [
      () => sequential({ layers: [{ inputShape: [1] }], seed: 0.5 }),
      "sequential: seed must be a whole number from 0, received 0.5.",
    ],
    [
      () => model({ inputs: [], outputs: [], seed: -1 }),
      "model: seed must be a whole number from 0, received -1.",
    ],
    [() => sequential([{ inputShape: [1], batch: 2 } as never]), 'sequential: unknown option "batch".'],
    [
      () => sequential({ layers: [{ inputShape: [1] }, { units: 3 } as never], name: "net" }),
      'sequential "net": element 1 must be a layer, for example dense({ units: 10 })',
    ],
    [
      () => sequential([{ inputShape: [2, 1] }, lstm({ units: 1, returnState: true }) as never]),
      "sequential: lstm gives several outputs; use model({ inputs, outputs })",
    ],
  ])("%#: says what does not fit", (act, message) => {
    expect(act).toThrow(message);
  });
});
