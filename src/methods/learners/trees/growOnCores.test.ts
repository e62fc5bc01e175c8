import { expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { checkData } from "../checkData.js";
import { Matrix } from "../matrix.js";
import { binned } from "./bins.js";
import { growOnCores } from "./growOnCores.node.js";
import { type Ground, growTrees } from "./growTrees.js";
import { NodeBuilder } from "./nodes.js";

const random = new Generator(2);
const rows = 200;
const x = new Matrix(
  rows,
  3,
  Float64Array.from({ length: rows * 3 }, (_, i) => (i % 3 === 0 ? random.integer(9) : random.normal())),
);
const y = Float64Array.from(
  { length: rows },
  (_, row) => Number(x.data[row * 3]! % 2 > 0) + (row % 3 === 0 ? 1 : 0),
);

const ground = (classes: number | undefined): Ground => {
  const data = checkData("test", { x, y, classes, random }, { missing: true });
  const bins = binned("test", data.x, [0]);
  const settings = {
    ...{ trees: 9, maxDepth: 30, minSplitRows: 2, minLeafRows: 1, columnsPerNode: 2, minImprovement: 0 },
    ...{ bootstrap: true, rowShare: 1, categories: [0] },
  };
  return { bins, y: data.y, weights: data.weights, classes, settings, random: new Generator(5) };
};

it.each([undefined, 3])("grows the same trees in other processes, of %s classes", async (classes) => {
  const here = growTrees(ground(classes), 0, 9);
  const others = await growOnCores(ground(classes), 2, undefined, 2);
  const builder = new NodeBuilder();
  const stands = [growTrees(ground(classes), 0, 2), ...(others ?? [])];
  expect(stands.length).toBeGreaterThan(5);
  for (const { grown } of stands) builder.append(grown, classes ?? 1);
  expect(builder.built()).toEqual(here.grown);
  expect(stands.flatMap(({ gains }) => gains)).toEqual(here.gains);
});

it("has nothing to give where there is one core", async () => {
  expect(await growOnCores(ground(undefined), 1, undefined, 1)).toBeUndefined();
});

it("ends when the signal aborts", async () => {
  const control = new AbortController();
  control.abort(new Error("enough"));
  await expect(growOnCores(ground(undefined), 1, control.signal, 2)).rejects.toThrow("enough");
});
