import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Value } from "../../graph/graph.js";
import { tanh } from "../../ops/tanh.js";
import { type BlockedBuild, blockedRuntime, checkBlocked, normals } from "./testing/checkBlocked.js";

let here = false;
beforeAll(async () => {
  here = (await blockedRuntime()).device.namedBlocks === true;
});

/** Two convolutions whose weights do not change. */
const frozen =
  (channels: number): BlockedBuild =>
  (convolve, x) => {
    const image = x as Value;
    const weights = [2, 3].map((seed) =>
      normals(seed, [channels, channels, 3, 3], 1 / Math.sqrt(channels * 9)).cast(image.dtype),
    );
    return weights.reduce<Value>(
      (y, w) => tanh(convolve(y, image.graph.constant(w), undefined, { pads: [1, 1, 1, 1] })),
      image,
    );
  };

const named = (channels: number): Promise<Graph["nodes"]> =>
  checkBlocked(frozen(channels), [normals(1, [1, channels, 16, 15])], 1e-5);

describe("gradients through frozen convolutions", () => {
  it("stay in blocks where tiles save most of the work", async () => {
    if (!here) return;
    const nodes = await named(128);
    expect(nodes.filter(({ attributes }) => attributes.int("group", 1) === 6).length).toBe(4);
  });

  it("are left to the layout of ONNX Runtime elsewhere", async () => {
    if (here) expect(await named(32)).toEqual([]);
  });
});
