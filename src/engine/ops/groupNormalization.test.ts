import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { buildGraph, evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { groupNormalization } from "./groupNormalization.js";

const build = (...inputs: Value[]): Value => {
  const [x, scale, bias] = inputs as [Value, Value, Value];
  return groupNormalization(x, scale, bias, { numGroups: 2 });
};

it("agrees with differences, twice", async () => {
  await checkGradient(build, [varied([2, 4, 2, 3]), varied([4]), varied([4])], {
    second: true,
    float32: true,
  });
});

it("gives the bias where all pixels are alike", async () => {
  const x = Tensor.full([1, 4, 2, 2], 3);
  expectClose(
    await evaluateOne(build, x, Tensor.full([4], 2), Tensor.full([4], 5)),
    Tensor.full([1, 4, 2, 2], 5),
  );
});

it("refuses a scale of another length", () => {
  expect(() => buildGraph(build, [Tensor.zeros([1, 4, 2]), Tensor.zeros([3]), Tensor.zeros([4])])).toThrow(
    "the scale must be float32[4], one for each channel, received float32[3]",
  );
});

it("refuses groups that do not divide the channels", () => {
  const inputs = [Tensor.zeros([1, 3, 2]), Tensor.zeros([3]), Tensor.zeros([3])];
  expect(() => buildGraph(build, inputs)).toThrow("3 channels cannot be shared among 2 groups");
});
