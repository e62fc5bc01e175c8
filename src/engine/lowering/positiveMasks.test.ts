import { expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { cast } from "../ops/cast.js";
import { greater } from "../ops/greater.js";
import { Tensor } from "../tensor/tensor.js";
import { anyDevice } from "./device.js";
import { positiveMasks } from "./positiveMasks.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [positiveMasks(anyDevice)] };
const values = [-3e38, -1, -1.2e-38, -0, 0, 1.2e-38, 1e-30, 0.5, 1, 3e38, -1 / 0, 1 / 0];
const x = new Tensor("float32", [1, 1, 2, values.length / 2], Float32Array.from(values));
const mask = (a?: Value): Value => cast(greater(a as Value, 0), "float32");

it("makes a steep line of a step, exact for all normal numbers", async () => {
  expect(await rewritten(rules, mask, x)).toEqual(["HardSigmoid"]);
});

it("leaves other types, other thresholds and what is no image", async () => {
  const double = (a?: Value): Value => cast(greater(a as Value, 0), "float64");
  expect(await rewritten(rules, double, x)).toEqual(["Greater", "Cast"]);
  expect(await rewritten(rules, mask, x.cast("float64"))).toEqual(["Greater", "Cast"]);
  const half = (a?: Value): Value => cast(greater(a as Value, 0.5), "float32");
  expect(await rewritten(rules, half, x)).toEqual(["Greater", "Cast"]);
  const row = new Tensor("float32", [values.length], x.data);
  expect(await rewritten(rules, mask, row)).toEqual(["Greater", "Cast"]);
  const own = { nodes: [positiveMasks({ channelBlocks: false, ownKernels: true })] };
  expect(await rewritten(own, mask, row)).toEqual(["HardSigmoid"]);
});
