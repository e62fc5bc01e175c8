import { expect, it } from "vitest";
import { Graph } from "../graph/graph.js";
import { dtypes } from "../tensor/dtype.js";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { cast } from "./cast.js";
import { mul } from "./mul.js";

it.each(dtypes)("converts %s to every element type", async (from) => {
  for (const to of dtypes) {
    const result = await evaluateOne((x) => cast(x, to), tensor([0, 1, 3], { dtype: from }));
    const largest = from === "bool" || to === "bool" ? 1 : 3;
    expect([result.dtype, result.toArray()]).toEqual([to, [0, 1, largest]]);
  }
});

it("truncates towards zero, and finds NaN true", async () => {
  expect((await evaluateOne((x) => cast(x, "int32"), [1.9, -1.9])).toArray()).toEqual([1, -1]);
  expect((await evaluateOne((x) => cast(x, "bool"), [0, -0.1, Number.NaN])).toArray()).toEqual([0, 1, 1]);
});

it("overflows to infinity and keeps NaN", async () => {
  const wide = tensor([1e300, -1e300, Infinity, Number.NaN], { dtype: "float64" });
  expectClose(await evaluateOne((x) => cast(x, "float32"), wide), [
    Infinity,
    -Infinity,
    Infinity,
    Number.NaN,
  ]);
});

it("converts the gradient back", async () => {
  const build = gradientBuild((x) => mul(cast(x, "float64"), 3));
  const gradient = await evaluateOne(build, [1, 2]);
  expect(gradient.dtype).toBe("float32");
  expectClose(gradient, [3, 3]);
  await checkGradient((x) => cast(mul(x, x), "float64"), [[0.5, -2]], { second: true });
});

it("lets no gradient through integers", async () => {
  const build = gradientBuild((x) => mul(x, cast(cast(x, "int32"), "float32")));
  expectClose(await evaluateOne(build, [2.5]), [2]);
});

it("takes an empty tensor", async () => {
  expect((await evaluateOne((x) => cast(x, "int64"), tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses an element type that the engine does not compute with", () => {
  const x = new Graph().input("x", { dtype: "float32", shape: [1] });
  expect(() => cast(x, "float16" as "float32")).toThrow('Cast "Cast" (float32[1])');
});
