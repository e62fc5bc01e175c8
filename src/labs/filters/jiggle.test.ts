import { describe, expect, it } from "vitest";
import { gradients } from "../../engine/autodiff/gradients.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { evaluate, evaluateOne } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { toPlanes } from "../../vision/pixels.js";
import { tinyImage } from "../../vision/testing/tinyNetwork.js";
import { type Jiggle, jiggled, sampled } from "./jiggle.js";

describe("the random movement", () => {
  const size = 8;
  const picture = tinyImage(size, size, 4);
  const planes = toPlanes(picture);
  const moved = (jiggle: Jiggle, seed = 0, image: Tensor = planes): Promise<Tensor> => {
    const { places, weights } = jiggled(size, new Generator(seed), jiggle);
    return evaluateOne(sampled, image, places, weights);
  };
  const still = { shift: 0, scale: 0, rotate: 0 };

  it("is none where all is 0", async () => {
    expectClose(await moved(still), planes);
  });

  it("weighs four pixels of the image, together as one", () => {
    const { places, weights } = jiggled(size, new Generator(1), { shift: 3, scale: 0.2, rotate: 30 });
    expect(places.data.every((place) => place >= 0 && place < size * size)).toBe(true);
    expect(weights.data.every((weight) => weight >= -1e-6 && weight <= 1 + 1e-6)).toBe(true);
    for (let at = 0; at < size * size; at++) {
      const sum = [0, 1, 2, 3].reduce(
        (all, corner) => all + (weights.data[corner * size * size + at] ?? 0),
        0,
      );
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  /** For the coordinates x and y as images: how far the middle moves, and the slopes to the right and down. */
  const transformOf = async (jiggle: Jiggle, seed: number): Promise<{ x: number[]; y: number[] }> => {
    const along = (axis: "x" | "y"): Tensor<"float32"> => {
      const ramp = Tensor.zeros([1, 1, size, size]);
      for (let at = 0; at < size * size; at++)
        ramp.data[at] = axis === "x" ? at % size : Math.floor(at / size);
      return ramp;
    };
    const linear = ({ data }: Tensor): number[] => {
      const at = (row: number, column: number): number => Number(data[row * size + column]);
      const middle = (at(3, 3) + at(3, 4) + at(4, 3) + at(4, 4)) / 4;
      return [middle - 3.5, at(3, 4) - at(3, 3), at(4, 3) - at(3, 3)];
    };
    return {
      x: linear(await moved(jiggle, seed, along("x"))),
      y: linear(await moved(jiggle, seed, along("y"))),
    };
  };

  it.each([0, 1, 2, 3])("turns about the middle by at most the angle: seed %i", async (seed) => {
    const { x, y } = await transformOf({ ...still, rotate: 20 }, seed);
    const [, cosine = 0, sine = 0] = x;
    expect(Math.hypot(cosine, sine)).toBeCloseTo(1, 5);
    const angle = (Math.atan2(sine, cosine) * 180) / Math.PI;
    expect(Math.abs(angle)).toBeLessThanOrEqual(20);
    expect(Math.abs(angle)).toBeGreaterThan(0.01);
    // A rotation and no shear or reflection, with nothing moved at the middle.
    expect(y[1]).toBeCloseTo(-sine, 5);
    expect(y[2]).toBeCloseTo(cosine, 5);
    expect(x[0]).toBeCloseTo(0, 5);
    expect(y[0]).toBeCloseTo(0, 5);
  });

  it("turns to both sides", async () => {
    const seeds = Array.from({ length: 12 }, (_, seed) => seed);
    const turns = await Promise.all(seeds.map((seed) => transformOf({ ...still, rotate: 20 }, seed)));
    const sines = turns.map(({ x }) => x[2] ?? 0);
    expect(Math.min(...sines)).toBeLessThan(-0.1);
    expect(Math.max(...sines)).toBeGreaterThan(0.1);
  });

  it("shifts and scales", async () => {
    const shifted = await transformOf({ ...still, shift: 2 }, 5);
    for (const [axis, across, along] of [
      [shifted.x, 2, 1],
      [shifted.y, 1, 2],
    ] as const) {
      expect(Math.abs(axis[0] ?? 0)).toBeLessThanOrEqual(2);
      expect(Math.abs(axis[0] ?? 0)).toBeGreaterThan(0.01);
      expect(axis[along]).toBeCloseTo(1, 5);
      expect(axis[across]).toBeCloseTo(0, 5);
    }
    const { x } = await transformOf({ ...still, scale: 0.3 }, 5);
    expect(Math.abs((x[1] ?? 0) - 1)).toBeLessThanOrEqual(0.3);
    expect(Math.abs((x[1] ?? 0) - 1)).toBeGreaterThan(0.01);
  });

  it("lets the gradient back to where the pixels come from", async () => {
    const { places, weights } = jiggled(size, new Generator(2), { shift: 2, scale: 0.1, rotate: 15 });
    const slopes = tinyImage(size, size, 9);
    const [gradient] = await evaluate(
      (image, where, how) => gradients(reduceSum(mul(sampled(image, where, how), toPlanes(slopes))), [image]),
      planes,
      places,
      weights,
    );
    const expected = Tensor.zeros([1, 3, size, size]);
    const upstream = toPlanes(slopes).data;
    weights.data.forEach((weight, entry) => {
      for (let channel = 0; channel < 3; channel++) {
        const to = channel * size * size + (places.data[entry] as number);
        const from = channel * size * size + (entry % (size * size));
        expected.data[to] = (expected.data[to] as number) + weight * (upstream[from] as number);
      }
    });
    expectClose(gradient as Tensor, expected, { relative: 1e-5, absolute: 1e-3 });
  });
});
