import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import type { Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { cast } from "../ops/cast.js";
import { concat } from "../ops/concat.js";
import { exp } from "../ops/exp.js";
import { greater } from "../ops/greater.js";
import { mul } from "../ops/mul.js";
import { maxPool } from "../ops/pool/maxPool.js";
import type { PoolOptions } from "../ops/pool/pool.js";
import { relu } from "../ops/relu.js";
import { split } from "../ops/split.js";
import { sum } from "../ops/sum.js";
import { tanh } from "../ops/tanh.js";
import type { DType } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import type { Build } from "../testing/evaluate.js";
import { varied } from "../testing/varied.js";
import { maskedPooling } from "./maskedPooling.js";
import { rewritten } from "./testing/checkRule.js";

const rules = () => ({ nodes: [maskedPooling()] });
const overlapping: PoolOptions = { kernelShape: [3, 3], strides: [2, 2] };
const single = (shape: Shape): Tensor => varied(shape).cast("float32");
const [image, other] = [single([2, 3, 7, 6]), single([2, 4, 7, 6])];

const pooled = (x: Value): Value => exp(maxPool(x, overlapping));
const mask = (x: Value, dtype: DType = "float32", threshold = 0): Value => cast(greater(x, threshold), dtype);
const gradientOf = (y: Value, ...wrt: Value[]): readonly Value[] => gradients(y, wrt);

/** How many masks there are, and whether all stand before the sums of gradients. */
function masks(types: readonly string[]): { count: number; first: boolean } {
  const places = types.flatMap((type, index) => (type === "Greater" ? [index] : []));
  return {
    count: places.length,
    first: places.every((place) => place < types.lastIndexOf("ScatterElements")),
  };
}

describe("masks the maxima", () => {
  it("of a rectified image", async () => {
    const build = (x?: Value) => gradientOf(pooled(relu(x as Value)), x as Value);
    for (const x of [
      image,
      image.cast("float64"),
      Tensor.full([1, 2, 5, 5], -1),
      Tensor.full([1, 2, 5, 5], 1),
    ]) {
      expect(masks(await rewritten(rules, build, x))).toEqual({ count: 1, first: true });
    }
  });

  it("where the mask comes first in the product, or is of something that is not rectified", async () => {
    const build = (x?: Value) => {
      const image = x as Value;
      const [gradient] = gradientOf(pooled(image), image) as [Value];
      return [mul(mask(image), gradient), mul(gradient, mask(image))];
    };
    expect(masks(await rewritten(rules, build, image))).toEqual({ count: 2, first: true });
  });

  it("of a concatenation of rectified images", async () => {
    const build = (a?: Value, b?: Value) => {
      const parts = [relu(a as Value), relu(b as Value)];
      return gradientOf(pooled(concat(parts, { axis: 1 })), a as Value, b as Value);
    };
    expect(masks(await rewritten(rules, build, image, other))).toEqual({ count: 1, first: true });
  });

  it("of one rectified image twice", async () => {
    const build = (a?: Value) => {
      const part = relu(a as Value);
      return gradientOf(pooled(concat([part, part], { axis: 1 })), a as Value);
    };
    expect(masks(await rewritten(rules, build, image)).count).toBeLessThanOrEqual(1);
  });
});

it("masks a concatenation at once whose gradient is a sum", async () => {
  const build = (a?: Value, b?: Value) => {
    const whole = concat([relu(a as Value), relu(b as Value)], { axis: 1 });
    return gradientOf(add(exp(whole), mul(whole, whole)), a as Value, b as Value);
  };
  const types = await rewritten(rules, build, image, other);
  expect(types.filter((type) => type === "Greater")).toHaveLength(1);
  expect(types.indexOf("Greater")).toBeLessThan(types.indexOf("Split"));
});

describe("leaves", () => {
  const leaves = async (build: Build, count: number, ...inputs: Tensor[]): Promise<void> => {
    const plain = await rewritten({}, build, ...inputs);
    expect(masks(plain).count).toBe(count);
    expect(await rewritten(rules, build, ...inputs)).toEqual(plain);
  };

  it("masks of something else, of another threshold, or of elements", async () => {
    const build = (change: (x: Value, z: Value) => Value) => (x?: Value, z?: Value) => {
      const [gradient] = gradientOf(pooled(x as Value), x as Value) as [Value];
      return mul(gradient, change(x as Value, z as Value));
    };
    await leaves(
      build((_, z) => mask(z)),
      1,
      image,
      image,
    );
    await leaves(
      build((x) => mask(exp(x))),
      1,
      image,
      image,
    );
    await leaves(
      build((x) => mask(x, "float32", 0.5)),
      1,
      image,
      image,
    );
    await leaves(
      build((x) => cast(greater(x, Tensor.zeros([6])), "float32")),
      1,
      image,
      image,
    );
  });

  it("a concatenation with a part that is not rectified", async () => {
    const build = (a?: Value, b?: Value) => {
      const parts = [relu(a as Value), tanh(b as Value)];
      return gradientOf(pooled(concat(parts, { axis: 1 })), a as Value, b as Value);
    };
    await leaves(build, 1, image, other);
  });

  it("the gradient of one concatenation masked by parts of another", async () => {
    const build = (a?: Value, b?: Value, c?: Value) => {
      const [left, right, foreign] = [relu(a as Value), relu(b as Value), relu(c as Value)];
      const whole = concat([left, right], { axis: 1 });
      const elsewhere = concat([foreign, right], { axis: 1 });
      const pieces = split(gradientOf(pooled(whole), whole)[0] as Value, { axis: 1, sizes: [3, 4] });
      return [mul(pieces[0] as Value, mask(foreign)), exp(elsewhere)];
    };
    await leaves(build, 1, image, other, image);
  });

  it("a gradient split up at other places", async () => {
    const build = (a?: Value, b?: Value) => {
      const [left, right] = [relu(a as Value), relu(b as Value)];
      const whole = concat([left, right], { axis: 2 });
      const gradient = gradientOf(pooled(whole), whole)[0] as Value;
      const pieces = split(gradient, { axis: 1, sizes: [1, 1, 1] });
      return pieces.map((piece) => mul(piece, mask(concat([left, right], { axis: 2 }))));
    };
    await leaves(build, 3, image, image);
  });

  it("pieces of a sum of another shape than the masks together", async () => {
    const build = (gradient?: Value, a?: Value, b?: Value) => {
      const parts = [relu(a as Value), relu(b as Value)];
      const whole = concat(parts, { axis: 1 });
      const pieces = split(sum(gradient as Value, 1), { axis: 1, sizes: [3, 4] });
      return [...pieces.map((piece, index) => mul(piece, mask(parts[index] as Value))), exp(whole)];
    };
    await leaves(build, 2, single([2, 7, 1, 1]), image, other);
  });
});

it("masks a piece by its own part only, where another mask comes upon it", async () => {
  const build = (a?: Value, b?: Value, c?: Value) => {
    const [left, right, foreign] = [relu(a as Value), relu(b as Value), relu(c as Value)];
    const whole = concat([left, right], { axis: 1 });
    const [first, second] = split(gradientOf(pooled(whole), whole)[0] as Value, {
      axis: 1,
      sizes: [3, 4],
    }) as [Value, Value];
    return [mul(first, mask(left)), mul(second, mask(foreign)), mul(first, mask(exp(left))), second];
  };
  const negative = new Tensor(
    "float32",
    other.shape,
    (other.data as Float32Array).map((x) => -x),
  );
  const types = await rewritten(rules, build, image, other, negative);
  expect(masks(types).count).toBe(3);
});
