import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import type { Value } from "../graph/graph.js";
import { concat } from "../ops/concat.js";
import { exp } from "../ops/exp.js";
import { mul } from "../ops/mul.js";
import { pad } from "../ops/pad.js";
import { maxPool, maxPoolWithIndices } from "../ops/pool/maxPool.js";
import type { PoolOptions } from "../ops/pool/pool.js";
import { relu } from "../ops/relu.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { buildGraph } from "../testing/evaluate.js";
import { varied } from "../testing/varied.js";
import { borderedPooling } from "./borderedPooling.js";
import { lower } from "./lower.js";
import { maskedPooling } from "./maskedPooling.js";
import { rewritten, typesOf } from "./testing/checkRule.js";

const image = (shape: Shape): Tensor => varied(shape).cast("float32");
const three: PoolOptions = { kernelShape: [3, 3], strides: [2, 2] };
const behind = [0, 0, 0, 0, 0, 0, 1, 1];
const rules = { nodes: [borderedPooling] };

/** A network's pooling as other programs spell a window that reaches over the end. */
const pooled = (x: Value, pads: readonly number[], options = three): Value =>
  maxPool(pad(x, { pads }), options);

describe("a pooling with zeros around its image", () => {
  it.each([
    { shape: [2, 3, 7, 7], pads: behind, options: three, left: ["Relu", "MaxPool"] },
    { shape: [2, 3, 8, 9], pads: behind, options: three, left: ["Relu", "MaxPool"] },
    { shape: [1, 2, 6, 5], pads: [0, 0, 1, 1, 0, 0, 1, 1], options: three, left: ["Relu", "MaxPool"] },
    {
      shape: [1, 2, 6, 5],
      pads: [0, 0, 1, 0, 0, 0, 0, 1],
      options: { ...three, pads: [1, 1, 1, 0] },
      left: ["Relu", "MaxPool"],
    },
    { shape: [1, 2, 6, 5], pads: behind, options: { ...three, ceilMode: true }, left: ["Relu", "MaxPool"] },
    // A window with nothing of the image.
    { shape: [1, 2, 4, 4], pads: [0, 0, 0, 0, 0, 0, 3, 3], options: three, left: ["Relu", "Pad", "MaxPool"] },
    // Channels of zeros.
    { shape: [1, 2, 4, 4], pads: [0, 1, 0, 0, 0, 0, 1, 1], options: three, left: ["Relu", "Pad", "MaxPool"] },
  ] as { shape: Shape; pads: number[]; options: PoolOptions; left: string[] }[])(
    "takes the image itself: $shape, $pads",
    async ({ shape, pads, options, left }) => {
      const build = (x?: Value): Value => pooled(relu(x as Value), pads, options);
      expect(await rewritten(rules, build, image(shape))).toEqual(left);
    },
  );

  it("takes images that were put together of rectified ones", async () => {
    const build = (x?: Value): Value => {
      const part = relu(x as Value);
      return pooled(concat([part, relu(mul(part, -1)), part], { axis: 1 }), behind);
    };
    expect(await rewritten(rules, build, image([1, 2, 8, 8]))).not.toContain("Pad");
  });

  it("keeps a border that can be above what is in the image, and the places of maxima", async () => {
    const build = (x?: Value): Value => pooled(x as Value, behind);
    expect(await rewritten(rules, build, image([1, 2, 8, 8]))).toContain("Pad");
    const ones = (x?: Value): Value => maxPool(pad(relu(x as Value), { pads: behind, value: 1 }), three);
    expect(await rewritten(rules, ones, image([1, 2, 8, 8]))).toContain("Pad");
    const places = (x?: Value): Value[] => {
      const { values, indices } = maxPoolWithIndices(pad(relu(x as Value), { pads: behind }), three);
      return [values, indices];
    };
    expect(await rewritten(rules, places, image([1, 2, 8, 8]))).toContain("Pad");
  });
});

describe("its gradient", () => {
  const masking = () => ({ nodes: [maskedPooling()] });

  it.each([[[2, 3, 7, 7]], [[2, 3, 8, 8]], [[1, 2, 9, 6]]])(
    "is that of the image itself: %j",
    async (shape) => {
      const build = (x?: Value): readonly Value[] =>
        gradients(exp(pooled(relu(x as Value), behind)), [x as Value]);
      const types = await rewritten(masking, build, image(shape));
      expect(types).not.toContain("Slice");
      const { graph } = buildGraph(build, [image(shape)]);
      expect(typesOf(lower(graph))).not.toContain("Pad");
    },
  );

  it("goes through images that were put together", async () => {
    const build = (a?: Value, b?: Value): readonly Value[] => {
      const whole = concat([relu(a as Value), relu(b as Value)], { axis: 1 });
      return gradients(exp(pooled(whole, behind)), [a as Value, b as Value]);
    };
    const types = await rewritten(masking, build, image([2, 3, 8, 8]), image([2, 2, 8, 8]));
    expect(types).not.toContain("Slice");
  });

  it("stays where the image itself is asked for, whose zeros may share it with the border", async () => {
    const build = (x?: Value): readonly Value[] => {
      const inner = relu(x as Value);
      return gradients(exp(pooled(inner, behind)), [inner]);
    };
    expect(await rewritten(masking, build, image([2, 3, 8, 8]))).toContain("Slice");
  });
});
