import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { type Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { inferenceGraph } from "../../../nn/network/inferenceGraph.js";
import { copyWeights } from "../text/network.js";
import { strokeBatch } from "./strokeBatches.js";
import type { EncodedStrokes } from "./strokeItem.js";
import { strokeNetwork, strokeStepNetwork } from "./strokeNetwork.js";
import { StrokeRows } from "./strokeRows.js";

const runtime = testRuntime();
const config = { units: 5, layers: 3, components: 2, window: 3 };
const random = new Generator(4);
const item = (count: number, letters: readonly number[], label: number): EncodedStrokes => ({
  points: random.normals(3 * count).map((value, at) => (at % 3 === 2 ? Number(value > 0) : value)),
  letters: Int32Array.from(letters),
  label,
});

describe.each([
  ["alone", { letters: 0, labels: 0 }],
  ["with texts", { letters: 4, labels: 0 }],
  ["with labels", { letters: 0, labels: 2 }],
  ["with both", { letters: 4, labels: 2 }],
])("a network for strokes %s", (_, conditions) => {
  const items = [
    item(6, conditions.letters === 0 ? [] : [1, 3, 0], conditions.labels === 0 ? -1 : 1),
    item(8, conditions.letters === 0 ? [] : [2, 2], conditions.labels === 0 ? -1 : 0),
  ];

  it("gives the same, point by point, as for whole items", async () => {
    const whole = strokeNetwork(config, conditions, { seed: 3, runtime });
    const step = strokeStepNetwork(config, conditions);
    copyWeights(whole, step);
    const [x] = strokeBatch(items, { ...conditions, longestText: 3 }, "points");
    const expected = toNumbers(
      ((await whole.predict(x)) as Readonly<Record<string, Tensor>>).density as Tensor,
    );
    const rows = new StrokeRows(step, 2, 3);
    const program = await runtime.compile(inferenceGraph(step, rows.shapes));
    items.forEach((one, row) => {
      rows.begin(row, one);
    });
    const width = 6 * config.components + 2;
    for (let at = 0; at < 6; at++) {
      await rows.step(program);
      items.forEach(({ points }, row) => {
        const from = (row * 8 + at) * width;
        rows.density(row).forEach((value, column) => {
          expect(Math.abs(value - (expected[from + column] as number))).toBeLessThan(1e-5);
        });
        const [dx, dy, lifted] = points.subarray(3 * at) as never as [number, number, number];
        rows.feed(row, dx, dy, lifted === 1);
      });
    }
    await program.dispose();
  });

  it("begins a row anew, without a trace of what was written in it", async () => {
    const step = strokeStepNetwork(config, conditions);
    const rows = new StrokeRows(step, 1, 3);
    const program = await runtime.compile(inferenceGraph(step, rows.shapes));
    const first = async (): Promise<number[]> => {
      rows.begin(0, items[0] as EncodedStrokes);
      await rows.step(program);
      return [...rows.density(0)];
    };
    const fresh = await first();
    rows.feed(0, 3, -2, true);
    await rows.step(program);
    rows.begin(0, items[1] as EncodedStrokes);
    expect(await first()).toEqual(fresh);
    await program.dispose();
  });
});

it("reads the input in every layer, and every layer in the output", () => {
  const net = strokeNetwork(config, { letters: 4, labels: 2 }, { seed: 1, runtime });
  const shapes = Object.fromEntries(net.variables.map(({ path, variable }) => [path, variable.shape]));
  expect(shapes["recurrent_0/kernel"]).toEqual([6, 20]);
  expect(shapes["recurrent_0/windowKernel"]).toEqual([4, 20]);
  // Points with labels, the window, and the layer below.
  expect(shapes["recurrent_1/kernel"]).toEqual([6 + 4 + 5, 20]);
  expect(shapes["density/kernel"]).toEqual([15, 14]);
});

it("has so many parameters as the networks it is compared with, but for the end", () => {
  const net = strokeNetwork(
    { units: 256, layers: 2, components: 20, window: 10 },
    { letters: 0, labels: 0 },
    { seed: 1, runtime },
  );
  const count = net.variables.reduce((sum, { variable }) => sum + variable.value.size, 0);
  expect(count).toBe(858_745 + 513);
});
