import { describe, expect, it } from "vitest";
import { readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Change } from "./draw.js";
import { drawChange } from "./draw.js";
import { type AugmentOptions, augmentFields, changesAnything } from "./options.js";
import { reducePicture } from "./reduce.js";
import { changePicture } from "./warp.js";

const still: Change = {
  mirror: [false, false],
  shift: [0, 0],
  zoom: 1,
  turn: 0,
  brightness: 1,
  contrast: 1,
  saturation: 1,
};
const [height, width] = [5, 4];
const pixels = Uint8Array.from({ length: height * width * 3 }, (_, at) => (at * 53) % 256);

function changed(change: Partial<Change>): number[][] {
  const out = new Float32Array(pixels.length);
  changePicture(pixels, [height, width], { ...still, ...change }, out);
  return rowsOf(out);
}

/** Red, by rows. */
const rowsOf = (picture: ArrayLike<number>): number[][] =>
  Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => picture[(row * width + column) * 3] as number),
  );
const plain = rowsOf(pixels);

describe("changePicture", () => {
  it("mirrors, and leaves what need not change to the bit", () => {
    expect(changed({})).toEqual(plain);
    expect(changed({ mirror: [true, false] })).toEqual(plain.map((row) => row.toReversed()));
    expect(changed({ mirror: [false, true] })).toEqual(plain.toReversed());
  });

  it("shifts by whole pixels and reflects at the edges", () => {
    expect(changed({ shift: [0, 0.3] })).toEqual(plain.map(([a = 0, b = 0, c = 0]) => [a, a, b, c]));
    expect(changed({ shift: [-0.4, 0] })).toEqual([plain[2], plain[3], plain[4], plain[4], plain[3]]);
  });

  it("turns, where half a turn is two mirrors, and a whole one nothing", () => {
    const near = (a: number[][], b: number[][]): void => {
      for (const [at, value] of a.flat().entries()) expect(value).toBeCloseTo(b.flat()[at] as number, 2);
    };
    near(changed({ turn: Math.PI }), changed({ mirror: [true, true] }));
    near(changed({ turn: 2 * Math.PI }), plain);
    near(changed({ turn: 1e-9, zoom: 1.3, shift: [0.1, 0.2] }), changed({ zoom: 1.3, shift: [0.1, 0.2] }));
    near(
      changed({ turn: 1e-9, mirror: [true, false], zoom: 0.5 }),
      changed({ mirror: [true, false], zoom: 0.5 }),
    );
  });

  it("zooms in about the middle, between pixels", () => {
    const flat = changed({ zoom: 2 });
    // The middle row of five stays; between columns 1 and 2 lie the values a quarter from each.
    const [, b = 0, c = 0] = plain[2] as number[];
    expect(flat[2]?.[1]).toBeCloseTo(b + 0.25 * (c - b), 3);
  });

  it("changes colours within bounds", () => {
    const out = new Float32Array(pixels.length);
    changePicture(pixels, [height, width], { ...still, brightness: 2, contrast: 2, saturation: 3 }, out);
    expect(out.every((value) => value >= 0 && value <= 255)).toBe(true);
    changePicture(pixels, [height, width], { ...still, saturation: 0 }, out);
    for (let at = 0; at < out.length; at += 3) expect(out[at]).toBeCloseTo(out[at + 2] as number, 3);
    changePicture(pixels, [height, width], { ...still, contrast: 0 }, out);
    expect(Math.max(...out) - Math.min(...out)).toBeLessThan(256);
    changePicture(pixels, [height, width], { ...still, brightness: 0.5 }, out);
    expect(out[0]).toBeCloseTo((pixels[0] as number) / 2, 4);
  });
});

const read = (options: AugmentOptions) => readOptions("augment", options, augmentFields);

describe("drawChange", () => {
  it("stays within what was asked for, and draws one thing as before when another is asked for too", () => {
    const some = read({ flip: true, shift: 0.1, zoom: 0.2, rotation: 30, brightness: 0.3 });
    const all = read({
      flip: "both",
      shift: 0.1,
      zoom: 0.2,
      rotation: 30,
      brightness: 0.3,
      contrast: 1,
      saturation: 0.5,
    });
    const [turns, flips]: [number[], number[]] = [[], []];
    for (let seed = 0; seed < 400; seed++) {
      const [one, other] = [drawChange(new Generator(seed), some), drawChange(new Generator(seed), all)];
      expect(other).toMatchObject({
        shift: one.shift,
        zoom: one.zoom,
        turn: one.turn,
        brightness: one.brightness,
      });
      expect(Math.max(...one.shift.map(Math.abs))).toBeLessThanOrEqual(0.1);
      expect(one.zoom).toBeGreaterThanOrEqual(0.8);
      expect(one.zoom).toBeLessThanOrEqual(1.2);
      expect([one.contrast, one.saturation, one.mirror[1]]).toEqual([1, 1, false]);
      turns.push(one.turn);
      flips.push(one.mirror[0] ? 1 : 0);
    }
    expect(Math.max(...turns)).toBeGreaterThan(0.45);
    expect(Math.min(...turns)).toBeLessThan(-0.45);
    expect(flips.reduce((a, b) => a + b) / 400).toBeCloseTo(0.5, 1);
  });

  it("reads its options", () => {
    expect(changesAnything(read({}))).toBe(false);
    expect(changesAnything(read({ flip: false, zoom: 0 }))).toBe(false);
    expect(read({ zoom: [0.5, 2], flip: "vertical" })).toMatchObject({ zoom: [0.5, 2], flip: [false, true] });
    for (const [options, message] of [
      [{ flip: "left" }, 'augment: flip must be "horizontal", "vertical" or "both", received "left".'],
      [{ flip: 1 }, 'augment: flip must be true, false, "horizontal", "vertical" or "both", received 1.'],
      [
        { zoom: 1 },
        "augment: zoom must be a number from 0 to 0.9, or [least, most] from 0.1 to 10, received 1.",
      ],
      [{ zoom: [2, 1] }, "received [2,1]."],
      [{ rotatoin: 3 }, 'augment: unknown option "rotatoin". Did you mean "rotation"?'],
    ] as const) {
      expect(() => read(options as never)).toThrow(message);
    }
  });
});

describe("reducePicture", () => {
  it("takes means of areas", () => {
    const four = Uint8Array.from([10, 0, 0, 20, 0, 0, 30, 0, 0, 40, 0, 100]);
    expect([...reducePicture(four, [2, 2], [1, 1])]).toEqual([25, 0, 25]);
    expect(reducePicture(four, [2, 2], [2, 2])).toBe(four);
    for (const [from, to] of [
      [
        [50, 70],
        [17, 33],
      ],
      [
        [9, 8],
        [7, 8],
      ],
      [
        [160, 160],
        [128, 96],
      ],
    ] as const) {
      const flat = reducePicture(new Uint8Array(from[0] * from[1] * 3).fill(77), from, to);
      expect([flat.length, new Set(flat)]).toEqual([to[0] * to[1] * 3, new Set([77])]);
    }
  });
});
