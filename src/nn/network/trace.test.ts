import { describe, expect, it } from "vitest";
import type { Value } from "../../engine/graph/graph.js";
import { cast } from "../../engine/ops/cast.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { activation } from "../layers/activation/activation.js";
import type { LayerFunction } from "../layers/base/layer.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { embedding } from "../layers/core/embedding.js";
import { input } from "../layers/core/input.js";
import { lambda } from "../layers/core/lambda.js";
import { add } from "../layers/merging/add.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { globalAveragePooling1d } from "../layers/pooling/globalAveragePooling1d.js";
import { dropout } from "../layers/regularization/dropout.js";
import { flatten } from "../layers/reshaping/flatten.js";
import { model } from "../models/model.js";

const runtime = testRuntime();
const ids = new Tensor("int32", [2, 3], Int32Array.of(1, 2, 0, 3, 0, 0));
/** Shows the mask that reaches it as numbers; -1 where there is none. */
const showMask = (): LayerFunction =>
  lambda(([x], { masks: [mask] }) =>
    mask === undefined ? (x as Value).graph.constant(Tensor.full([2, 3], -1)) : cast(mask, "float32"),
  );

/** The mask behind layers that stand behind an embedding. */
async function maskBehind(build: (x: SymbolicTensor) => SymbolicTensor): Promise<number[]> {
  const tokens = input({ shape: [3], dtype: "int32" });
  const x = embedding({ inputDim: 4, outputDim: 2, maskZero: true })(tokens);
  const m = model({ inputs: tokens, outputs: showMask()(build(x)), runtime });
  const found = Array.from((await m.predict(ids)).data as Float32Array);
  await m.dispose();
  return found;
}

const whole = [1, 1, 0, 1, 0, 0];
const none = [-1, -1, -1, -1, -1, -1];

describe("masks in models", () => {
  it.each([
    [
      "goes through layers that treat each step alone",
      (x: SymbolicTensor) => dropout({ rate: 0.5 })(x),
      whole,
    ],
    [
      "is joined where branches meet",
      (x: SymbolicTensor) => add()([x, activation({ activation: "relu" })(x)]),
      whole,
    ],
    ["ends in layers that mix steps", (x: SymbolicTensor) => flatten()(x), none],
  ] as const)("a mask %s", async (_, build, expected) => {
    expect(await maskBehind(build)).toEqual(expected);
  });

  it("goes into models that serve as layers, and out of them", async () => {
    const inside = input({ shape: [3, 2] });
    const passes = model({ inputs: inside, outputs: dropout({ rate: 0.1 })(inside), name: "passes" });
    const outside = input({ shape: [3, 2] });
    const nested = model({ inputs: outside, outputs: passes.asLayer()(outside), name: "nested" });
    expect(await maskBehind((x) => nested.asLayer()(x))).toEqual(whole);
    const stops = model({ inputs: inside, outputs: flatten()(inside), name: "stops" });
    expect(await maskBehind((x) => stops.asLayer()(x))).toEqual(none);
  });

  it("comes out of a model in which it begins", async () => {
    const tokens = input({ shape: [null], dtype: "int32" });
    const embed = embedding({ inputDim: 4, outputDim: 2, maskZero: true });
    const encoder = model({ inputs: tokens, outputs: embed(tokens), name: "encoder", runtime });
    const outer = input({ shape: [3], dtype: "int32" });
    const pooled = globalAveragePooling1d()(encoder.asLayer()(outer));
    const m = model({ inputs: outer, outputs: pooled, runtime });
    const [table] = embed.layer.getWeights() as [Tensor];
    const row = (id: number, column: number): number => table.data[2 * id + column] as number;
    const expected = [0, 1].map((column) => (row(1, column) + row(2, column)) / 2);
    expectClose(
      await m.predict(ids),
      new Tensor("float32", [2, 2], Float32Array.of(...expected, row(3, 0), row(3, 1))),
    );
    await m.dispose();
  });

  it("keeps the masks of several branches apart", async () => {
    expect(await maskBehind((x) => concatenate()([x, lambda(([value]) => value as Value)(x)]))).toEqual(none);
  });
});

describe("shapes in models", () => {
  it("are checked when data comes", async () => {
    const x = input({ shape: [null, 2], name: "x" });
    const m = model({ inputs: x, outputs: activation({ activation: "relu" })(x), runtime });
    await expect(m.predict(Tensor.zeros([1, 5, 3]))).rejects.toThrow(
      /"x".*expected.*\[\?, \?, 2\].*received.*\[1, 5, 3\]/,
    );
    expect((await m.predict(Tensor.zeros([1, 5, 2]))).shape).toEqual([1, 5, 2]);
    expect((await m.predict(Tensor.zeros([2, 7, 2]))).shape).toEqual([2, 7, 2]);
    await m.dispose();
  });
});
