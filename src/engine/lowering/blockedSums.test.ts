import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { conv } from "../ops/conv/conv.js";
import { reshape } from "../ops/reshape.js";
import { sub } from "../ops/sub.js";
import { sum } from "../ops/sum.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { buildGraph } from "../testing/evaluate.js";
import { varied } from "../testing/varied.js";
import { blockedSums } from "./blockedSums.js";
import { rewrite } from "./rewrite.js";
import { rewritten, typesOf } from "./testing/checkRule.js";

const rules = { nodes: [blockedSums] };
const single = (shape: Shape): Tensor => varied(shape).cast("float32");
const shape = [1, 32, 4, 5];
const [x, flat] = [single([1, 3, 6, 7]), single([32, 20])];
const weights = single([32, 3, 3, 3]);
const convolved = (image?: Value): Value => conv(image as Value, weights);
const image = (value?: Value): Value => reshape(value as Value, shape);

describe("copies what was reshaped into blocks", () => {
  it.each<[string, (a?: Value, b?: Value) => Value]>([
    ["behind the convolution", (a, b) => add(convolved(a), image(b))],
    ["before the convolution", (a, b) => add(image(b), convolved(a))],
    ["in a Sum", (a, b) => sum(image(b), convolved(a))],
  ])("%s", async (_, build) => {
    const types = await rewritten(rules, build, x, flat);
    expect(types.filter((type) => type === "Conv")).toHaveLength(2);
    expect(types.at(-1)).toBe("Sum");
    expect(types).toHaveLength(4);
  });
});

describe("leaves", () => {
  const leaves = async (build: (a?: Value, b?: Value) => Value, ...inputs: Tensor[]): Promise<void> => {
    expect(await rewritten(rules, build, ...inputs)).toEqual(await rewritten({}, build, ...inputs));
  };

  it("channels that fill no blocks", async () => {
    const few = (a?: Value, b?: Value): Value =>
      add(conv(a as Value, single([8, 3, 3, 3])), reshape(b as Value, [1, 8, 4, 5]));
    await leaves(few, x, single([8, 20]));
  });

  it("two images that were reshaped, or none, or no convolution", async () => {
    await leaves((a, b) => add(image(a), image(b)), flat, flat);
    await leaves((a, b) => add(convolved(a), convolved(b)), x, x);
    await leaves((a, b) => add(a as Value, image(b)), single(shape), flat);
  });

  it("shapes that are spread, three terms, and differences", async () => {
    await leaves((a, b) => add(convolved(a), reshape(b as Value, [1, 32, 1, 1])), x, single([32]));
    await leaves((a, b) => sum(convolved(a), image(b), convolved(a)), x, flat);
    await leaves((a, b) => sub(convolved(a), image(b)), x, flat);
  });

  it("lines, and other types of numbers", async () => {
    const lines = (a?: Value, b?: Value): Value =>
      add(conv(a as Value, single([16, 3, 3])), reshape(b as Value, [1, 16, 4]));
    await leaves(lines, single([1, 3, 6]), single([64]));
    // ONNX Runtime has no convolution of float64 to compare with.
    const double = (a?: Value, b?: Value): Value => add(conv(a as Value, weights.cast("float64")), image(b));
    const { graph } = buildGraph(double, [x.cast("float64"), flat.cast("float64")]);
    expect(typesOf(rewrite(graph, rules))).toEqual(typesOf(graph));
  });
});
