import { describe, expect, it } from "vitest";
import { Graph } from "../../engine/graph/graph.js";
import { writeModel } from "../../engine/onnx/write/write.js";
import { conv } from "../../engine/ops/conv/conv.js";
import { relu } from "../../engine/ops/relu.js";
import { reshape } from "../../engine/ops/reshape.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { onnxImageNetwork } from "../../vision/imageNetwork.js";
import { preprocessing } from "../../vision/preprocessing.js";
import { tinyImage, tinyNetwork } from "../../vision/testing/tinyNetwork.js";
import { dreamImage } from "./dream.js";
import type { DreamOptions } from "./dreamOptions.js";
import { expectCovered } from "./testing/expectCovered.js";
import { fixedTilesAlong } from "./tiles.js";

describe("fixedTilesAlong", () => {
  it.each([
    [30, 40, 16],
    [40, 40, 0],
    [41, 40, 0],
    [500, 224, 16],
    [1000, 61, 5],
    [100, 12, 3],
    [5, 1, 0],
  ])("covers %i pixels with tiles of %i, shifted by up to %i", (length, size, jitter) => {
    const tiles = fixedTilesAlong(length, size, jitter);
    expect(tiles.tile).toBe(size);
    expectCovered(tiles, length, jitter);
    // None lies wholly behind the image.
    expect(tiles.starts.at(-1)).toBeLessThan(length + jitter);
  });
});

/** A network whose file spells out the size that it was exported at, as graphs with baked-in shapes do. */
function exportedAt(side: number): Uint8Array {
  const graph = new Graph();
  const image = graph.input("image", { dtype: "float32", shape: [1, 3, side, side] });
  const weights = new Tensor("float32", [4, 3, 3, 3], new Generator(1).normals(108));
  const first = conv(image, weights, undefined, { pads: [1, 1, 1, 1] });
  const apart = reshape(first, [1, 2, 2, side, side]);
  graph.output("first", relu(reshape(apart, [1, 4, side, side])));
  return writeModel(graph);
}

const quick: DreamOptions = { layers: [{ name: "first" }], octaves: 2, steps: 2, runtime: testRuntime() };

/** A network whose first window is larger than the image, without padding, as those of photographs have. */
function wideWindow(): Uint8Array {
  const graph = new Graph();
  const image = graph.input("image", { dtype: "float32", shape: [1, 3, 40, 40] });
  const weights = new Tensor("float32", [4, 3, 7, 7], new Generator(1).normals(588));
  graph.output("first", relu(conv(image, weights)));
  return writeModel(graph);
}

it.each([
  ["guide", tinyImage(60, 50), tinyImage(1, 300)],
  ["guide", tinyImage(60, 50), tinyImage(300, 1)],
  ["image", tinyImage(1, 300), undefined],
  ["image", tinyImage(300, 1), tinyImage(1, 300)],
])("mirrors a narrow %s", async (_, image, guide) => {
  for (const model of [wideWindow(), exportedAt(40)]) {
    const network = onnxImageNetwork(model, preprocessing("keras"), { name: "wide.onnx" });
    const result = await dreamImage(network, image, { ...quick, jitter: 0, guide });
    expect(result.shape).toEqual(image.shape);
    expect(result.data.every(Number.isFinite)).toBe(true);
    expect([...result.data]).not.toEqual([...image.data]);
  }
});

it("dreams with networks that take one size, in tiles of it", async () => {
  const network = onnxImageNetwork(exportedAt(40), preprocessing("keras"), { name: "fixed.onnx" });
  for (const [height, width] of [
    [90, 70],
    [20, 33],
  ] as const) {
    const image = tinyImage(height, width);
    const result = await dreamImage(network, image, quick);
    expect(result.shape).toEqual([height, width, 3]);
    // Every pixel is reached: what no tile covers would stay as it was.
    const moved = result.data.filter((value, at) => value !== image.data[at]).length;
    expect(moved / image.size).toBeGreaterThan(0.95);
  }
});

it("takes the one size only when it must", async () => {
  const network = tinyNetwork();
  const seen: number[] = [];
  const watched = {
    ...network,
    emit: (...[graph, pixels, names]: Parameters<typeof network.emit>) => {
      seen.push(pixels.shape[3] as number);
      return network.emit(graph, pixels, names);
    },
  };
  await dreamImage(watched, tinyImage(90, 70), { ...quick, octaves: 1, jitter: 0 });
  expect(seen).toEqual([70]);
});

it("gives the first error where the one size fails as well", async () => {
  const network = onnxImageNetwork(exportedAt(40), preprocessing("keras"), { name: "fixed.onnx" });
  await expect(
    dreamImage(network, tinyImage(90, 70), { ...quick, layers: [{ name: "frst" }] }),
  ).rejects.toThrow('there is no value "frst" in the model. Did you mean "first"?');
});
