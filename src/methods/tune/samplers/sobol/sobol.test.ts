import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { directions } from "./directions.js";
import { SobolDimension, sobolDimensions } from "./sobolSequence.js";

const golden = JSON.parse(
  readFileSync(new URL("../../../../../goldens/tune/sobol.json", import.meta.url), "utf8"),
) as { directions: string; dimensions: number[]; points: number[][] };

it("has the direction numbers of Joe and Kuo", () => {
  expect(directions.trim().split(/\s/)).toEqual(golden.directions.split(" "));
  expect(golden.directions.split(" ")).toHaveLength(sobolDimensions - 1);
});

it("is SciPy's sequence where it is not scrambled", () => {
  golden.dimensions.forEach((dimension, place) => {
    const own = new SobolDimension(dimension);
    expect(golden.points.map((_, index) => own.at(index))).toEqual(
      golden.points.map((point) => point[place]),
    );
  });
});

it("keeps equal shares in equal intervals when it is scrambled, and others for another seed", () => {
  for (const dimension of [0, 1, 7, 300]) {
    const scrambled = new SobolDimension(dimension, new Generator(3).split(dimension));
    for (const power of [3, 6]) {
      const cells = new Set(
        Array.from({ length: 2 ** power }, (_, i) => Math.floor(scrambled.at(i) * 2 ** power)),
      );
      expect(cells.size).toBe(2 ** power);
    }
    expect(new SobolDimension(dimension, new Generator(4).split(dimension)).at(5)).not.toBe(scrambled.at(5));
  }
});

it("fills pairs of dimensions evenly", () => {
  const [a, b] = [0, 1].map((dimension) => new SobolDimension(dimension, new Generator(9).split(dimension)));
  const cells = Array.from({ length: 64 }, (_, i) => Math.floor(a!.at(i) * 8) * 8 + Math.floor(b!.at(i) * 8));
  expect(new Set(cells).size).toBe(64);
});
