import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { clip } from "./clip.js";

const both = (x: Value) => clip(x, -1, 2);
const points = [-2, -1, 0, 2, 3];

it("bounds on both sides, on one or on none", async () => {
  expectClose(await evaluateOne(both, points), [-1, -1, 0, 2, 2]);
  expectClose(await evaluateOne((x) => clip(x, 0), points), [0, 0, 0, 2, 3]);
  expectClose(await evaluateOne((x) => clip(x, undefined, 0), points), [-2, -1, 0, 0, 0]);
  expectClose(await evaluateOne((x) => clip(x), points), points);
});

it("passes the gradient between the bounds and on them", async () => {
  expectClose(await evaluateOne(gradientBuild(both), points), [0, 1, 1, 1, 0]);
  expectClose(
    await evaluateOne(
      gradientBuild((x) => clip(x, 0)),
      points,
    ),
    [0, 0, 1, 1, 1],
  );
  expectClose(
    await evaluateOne(
      gradientBuild((x) => clip(x, undefined, 0)),
      points,
    ),
    [1, 1, 1, 0, 0],
  );
  expectClose(
    await evaluateOne(
      gradientBuild((x) => clip(x)),
      points,
    ),
    [1, 1, 1, 1, 1],
  );
});

it("gives the bounds the gradient of what they replaced", async () => {
  const [dx, dlow, dhigh] = await evaluate(gradientBuild(clip), [-2, -3, 0, 5], -1, 2);
  expectClose(dx!, [0, 0, 1, 0]);
  expectClose(dlow!, 2);
  expectClose(dhigh!, 1);
  await checkGradient(clip, [[-2, -3, 0.5, 5], -1, 2], { second: true });
});

it("bounds infinities and keeps NaN", async () => {
  const extremes = [Infinity, -Infinity, Number.NaN, 88, -88];
  expectClose(await evaluateOne(both, extremes), [2, -1, Number.NaN, 2, -1]);
  expectClose(await evaluateOne(gradientBuild(both), extremes), [0, 0, 0, 0, 0]);
});

it("takes integers and empty tensors", async () => {
  const result = await evaluateOne((x) => clip(x, 0, 5), tensor([-3, 9], { dtype: "int64" }));
  expect([result.dtype, result.toArray()]).toEqual(["int64", [0, 5]]);
  expect((await evaluateOne(both, tensor([], { shape: [0, 3] }))).shape).toEqual([0, 3]);
});

it("refuses a bound that is no scalar of the input's type", async () => {
  await expect(evaluateOne(clip, [1], [0])).rejects.toThrow(
    'Clip "Clip" (float32[1], float32[1]): expected a float32[] as bound, %x1 is float32[1]',
  );
});
