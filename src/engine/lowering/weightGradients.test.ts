import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import { Graph, type Value } from "../graph/graph.js";
import { conv } from "../ops/conv/conv.js";
import type { ConvOptions } from "../ops/conv/convolution.js";
import { mul } from "../ops/mul.js";
import { tanh } from "../ops/tanh.js";
import { transpose } from "../ops/transpose.js";
import { buildGraph } from "../testing/evaluate.js";
import { varied } from "../testing/varied.js";
import type { Device } from "./device.js";
import { rewrite } from "./rewrite.js";
import { rewritten, typesOf } from "./testing/checkRule.js";
import { weightGradients } from "./weightGradients.js";

const plain: Device = { channelBlocks: false };
const blocks: Device = { channelBlocks: true, namedBlocks: true };
const single = (shape: number[]) => varied(shape).cast("float32");

const gradientOf =
  (options: ConvOptions) =>
  (x?: Value, w?: Value): Value => {
    const y = tanh(conv(x as Value, w as Value, undefined, options));
    return gradients(mul(y, y), [w as Value])[0] as Value;
  };

describe("on any device, products of matrices take the place of a convolution by an image", () => {
  it.each<[string, ConvOptions, number[], number[]]>([
    ["many channels", { pads: [1, 1, 1, 1] }, [2, 8, 5, 4], [3, 8, 3, 3]],
    ["strides that leave a rest", { strides: [2, 3] }, [2, 8, 6, 6], [3, 8, 3, 2]],
    ["groups", { group: 2 }, [2, 8, 4, 4], [4, 4, 3, 3]],
    ["dilations", { dilations: [2, 1] }, [1, 9, 6, 4], [2, 9, 2, 2]],
    ["one axis", { strides: [2] }, [2, 8, 7], [3, 8, 3]],
  ])("%s", async (_, options, x, w) => {
    const types = await rewritten(
      { nodes: [weightGradients(plain)] },
      gradientOf(options),
      single(x),
      single(w),
    );
    expect(types.filter((type) => type === "Conv")).toHaveLength(1);
    expect(types).toContain("MatMul");
  });
});

it("leaves a convolution by an image of few channels as it is", async () => {
  const build = gradientOf({});
  const types = await rewritten(
    { nodes: [weightGradients(plain)] },
    build,
    single([2, 3, 9, 9]),
    single([2, 3, 2, 2]),
  );
  expect(types.filter((type) => type === "Conv")).toHaveLength(2);
});

it("is one operator in blocks, in the order of axes that is read", () => {
  const { graph } = buildGraph(
    (x, w) => {
      const turned = transpose(w as Value, [3, 2, 0, 1]);
      const y = tanh(conv(x as Value, turned, undefined, { pads: [1, 1, 1, 1] }));
      return gradients(mul(y, y), [w as Value])[0] as Value;
    },
    [single([16, 32, 6, 6]), single([3, 3, 32, 16])],
  );
  const after = rewrite(graph, { nodes: [weightGradients(blocks)] });
  const found = after.nodes.filter(({ operator }) => operator.type === "ConvWeightGradient");
  expect(found.at(-1)?.outputs[0]?.shape).toEqual([3, 3, 32, 16]);
  expect(after.outputs[0]?.value.producer).toBe(found.at(-1));
});

it("does not take a Transpose of any convolution for one", () => {
  const graph = new Graph();
  const [x, w] = [
    graph.input("x", { dtype: "float32", shape: [8, 8, 5, 5] }),
    graph.input("w", { dtype: "float32", shape: [8, 8, 3, 3] }),
  ];
  graph.output("y", transpose(conv(x, w), [1, 0, 2, 3]));
  graph.output("z", transpose(conv(transpose(x, [1, 0, 2, 3]), w), [1, 0, 2, 3]));
  expect(typesOf(rewrite(graph, { nodes: [weightGradients(blocks)] }))).not.toContain("ConvWeightGradient");
});
