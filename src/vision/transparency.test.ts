import { describe, expect, it } from "vitest";
import { Tensor } from "../engine/tensor/tensor.js";
import { expectClose } from "../engine/testing/expectClose.js";
import { resamplePlane } from "./resamplePlane.js";
import { joinAlpha, splitAlpha } from "./transparency.js";

/** An image of pixels. */
const image = (height: number, width: number, pixels: readonly (readonly number[])[]): Tensor<"float32"> =>
  new Tensor(
    "float32",
    [height, width, (pixels[0] as readonly number[]).length],
    Float32Array.from(pixels.flat()),
  );

const pixelsOf = ({ data, shape }: Tensor<"float32">): number[][] =>
  Array.from({ length: data.length / (shape[2] as number) }, (_, at) => [
    ...data.subarray(at * (shape[2] as number), (at + 1) * (shape[2] as number)),
  ]);

describe("splitAlpha", () => {
  it("keeps the colours of what is seen, however little, and hides what is not behind its neighbours", () => {
    const red = [200, 10, 20];
    const { image: colours, alpha } = splitAlpha(
      image(1, 4, [
        [...red, 255],
        [...red, 3],
        [0, 0, 0, 0],
        [255, 255, 255, 0],
      ]),
    );
    expect(colours.shape).toEqual([1, 4, 3]);
    expectClose(colours, image(1, 4, [red, red, red, red]), { absolute: 1e-3 });
    expect([...(alpha?.data ?? [])]).toEqual([255, 3, 0, 0]);
  });

  it("goes smoothly from one colour to another", () => {
    const width = 65;
    const pixels = Array.from({ length: width * width }, (_, at) => {
      const x = at % width;
      return x < 10 ? [250, 0, 0, 255] : x >= 55 ? [0, 0, 250, 255] : [0, 255, 0, 0];
    });
    const { image: colours } = splitAlpha(image(width, width, pixels));
    const row = pixelsOf(colours).slice(32 * width, 33 * width);
    for (const [x, [red = 0, green = 0, blue = 0]] of row.entries()) {
      // Nothing of what is hidden, and no colour that is not around.
      expect(green).toBeCloseTo(0);
      expect(red + blue).toBeCloseTo(250, 2);
      if (x > 0) expect(Math.abs(red - ((row[x - 1] as number[])[0] as number))).toBeLessThan(60);
    }
    expect((row[14] as number[])[0]).toBeGreaterThan(200);
    expect((row[50] as number[])[2]).toBeGreaterThan(200);
  });

  it("leaves an opaque image what it is, and gives white where nothing is seen at all", () => {
    const opaque = [1, 2, 3, 4, 5, 6].map((value) => [value, value + 10, value + 20]);
    const withAlpha = opaque.map((pixel) => [...pixel, 255]);
    for (const given of [opaque, withAlpha]) {
      expect(splitAlpha(image(2, 3, given))).toMatchObject({ alpha: undefined });
      expect(pixelsOf(splitAlpha(image(2, 3, given)).image)).toEqual(opaque);
    }
    const nothing = splitAlpha(
      image(
        2,
        3,
        opaque.map((pixel) => [...pixel, 0]),
      ),
    );
    expect(nothing.alpha?.data.every((value) => value === 0)).toBe(true);
    expect(nothing.image.data.every((value) => value === 255)).toBe(true);
  });
});

describe("joinAlpha", () => {
  it("is the inverse of splitAlpha for what is seen", () => {
    const given = image(1, 3, [
      [9, 8, 7, 255],
      [6, 5, 4, 100],
      [3, 2, 1, 1],
    ]);
    const { image: colours, alpha } = splitAlpha(given);
    expect(joinAlpha(colours, alpha as Tensor).data).toEqual(given.data);
  });

  it("resamples the opacity to the image's size", () => {
    const alpha = new Tensor("float32", [2, 4], Float32Array.of(0, 0, 255, 255, 0, 0, 255, 255));
    const joined = joinAlpha(Tensor.full([1, 2, 3], 7), alpha);
    expect(joined.shape).toEqual([1, 2, 4]);
    const [left, right] = pixelsOf(joined) as [number[], number[]];
    expect(left.slice(0, 3)).toEqual([7, 7, 7]);
    expect(left[3]).toBeLessThan(64);
    expect(right[3]).toBeGreaterThan(191);
    const larger = joinAlpha(Tensor.zeros([4, 8, 3]), alpha);
    expect(pixelsOf(larger).map((pixel) => pixel[3])).toEqual(
      Array.from({ length: 4 }, () => [0, 0, 0, 63.75, 191.25, 255, 255, 255]).flat(),
    );
  });
});

it("resamples a plane within its range, and flat ones as they are", () => {
  const flat = resamplePlane(new Float32Array(35).fill(3), { height: 5, width: 7 }, { height: 3, width: 11 });
  for (const value of flat) expect(value).toBeCloseTo(3);
  const edge = Float32Array.from({ length: 100 }, (_, at) => (at % 10 < 5 ? 0 : 255));
  const small = resamplePlane(edge, { height: 10, width: 10 }, { height: 7, width: 3 });
  expect(small).toHaveLength(21);
  expect(small.every((value) => value >= 0 && value <= 255)).toBe(true);
});

it.each<[() => unknown, string]>([
  [() => splitAlpha(Tensor.zeros([2, 2])), "splitAlpha: expected an image [height, width, 4] or"],
  [() => splitAlpha(Tensor.zeros([2, 2, 2])), "received [2, 2, 2]"],
  [
    () => joinAlpha(Tensor.zeros([2, 2, 4]), Tensor.zeros([2, 2])),
    "joinAlpha: expected an image [height, width, 3] and an alpha [height, width], received [2, 2, 4] and [2, 2]",
  ],
  [() => joinAlpha(Tensor.zeros([2, 2, 3]), Tensor.zeros([2, 2, 1])), "and [2, 2, 1]"],
])("refuses %s", (make, message) => {
  expect(make).toThrow(message);
});
