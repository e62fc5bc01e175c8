import { beforeAll, describe, expect, it } from "vitest";
import { Graph, type Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { reverse } from "../../ops/composed/reverse.js";
import { reduceMean } from "../../ops/reduceMean.js";
import { relu } from "../../ops/relu.js";
import { tanh } from "../../ops/tanh.js";
import { transpose } from "../../ops/transpose.js";
import type { Tensor } from "../../tensor/tensor.js";
import { convolution64 } from "../testing/convolution64.js";
import { reorderInput, reorderOutput } from "./operators.js";
import {
  type BlockedBuild,
  blockedRuntime,
  checkBlocked,
  distance,
  normals,
} from "./testing/checkBlocked.js";
import { isTiledFaster, tiledConvolution } from "./tiledConvolution.js";
import { viewOf } from "./weights/blockedWeights.js";

let here = false;
beforeAll(async () => {
  here = (await blockedRuntime()).device.namedBlocks === true;
});

interface Case {
  readonly rows: number;
  readonly columns: number;
  /** Rows and columns before, then behind. */
  readonly pads: readonly [number, number, number, number];
}

const [batch, channels, out] = [3, 32, 48];

/** Weights as those of an input's gradient: with channels exchanged, and turned round. */
const turned = (weights: Value): Value => reverse(transpose(weights, [1, 0, 2, 3]), [2, 3]);

async function results(
  { rows, columns, pads }: Case,
  isFrozen: boolean,
  turn: boolean,
): Promise<[Tensor, Tensor]> {
  const inputs = {
    x: normals(1, [batch, channels, rows, columns]),
    w: normals(2, turn ? [channels, out, 3, 3] : [out, channels, 3, 3], 0.1),
    b: normals(3, [out]),
  };
  const [tiled, wanted] = [new Graph(), new Graph()];
  const ofTiled = (name: "x" | "w" | "b"): Value =>
    tiled.input(name, { dtype: "float32", shape: inputs[name].shape });
  const [x, b] = [ofTiled("x"), ofTiled("b")];
  const w = isFrozen ? tiled.constant(inputs.w.cast("float32")) : ofTiled("w");
  const window = { before: pads.slice(0, 2), after: pads.slice(2) };
  const image = tiledConvolution(reorderInput(x), viewOf(turn ? turned(w) : w), { bias: b, window });
  tiled.output("y", reorderOutput(image, out));
  const [x64, w64, b64] = (["x", "w", "b"] as const).map((name) =>
    wanted.input(name, { dtype: "float64", shape: inputs[name].shape }),
  ) as [Value, Value, Value];
  wanted.output("y", convolution64(x64, turn ? turned(w64) : w64, b64, { pads }));
  const run = async (graph: Graph, dtype: "float32" | "float64"): Promise<Tensor> => {
    const program = await (await blockedRuntime()).compile(graph, { lower: false });
    const feeds = Object.fromEntries(
      graph.inputs.map(({ name }) => [name, inputs[name as "x" | "w" | "b"].cast(dtype)]),
    );
    const { y } = await program.run(feeds);
    await program.dispose();
    return y as Tensor;
  };
  return [await run(tiled, "float32"), await run(wanted, "float64")];
}

const cases: Case[] = [
  { rows: 8, columns: 5, pads: [1, 1, 1, 1] },
  { rows: 9, columns: 6, pads: [1, 1, 1, 1] },
  { rows: 7, columns: 4, pads: [0, 0, 0, 0] },
  { rows: 5, columns: 5, pads: [2, 2, 2, 2] },
  { rows: 6, columns: 3, pads: [0, 1, 2, 0] },
  { rows: 1, columns: 1, pads: [1, 1, 1, 1] },
  { rows: 2, columns: 9, pads: [2, 0, 1, 1] },
  { rows: 35, columns: 3, pads: [1, 1, 1, 1] },
];

describe("a convolution by tiles", () => {
  it.each(cases)("equals the plain one: $rows × $columns, pads $pads", async (one) => {
    if (!here) return;
    for (const isFrozen of [false, true]) {
      for (const turn of [false, true]) {
        const [got, wanted] = await results(one, isFrozen, turn);
        expect(got.shape).toEqual(wanted.shape);
        expect(distance(got, wanted)).toBeLessThan(1e-5);
      }
    }
  });

  const same = { pads: [1, 1, 1, 1] };
  const weights = (seed: number) => normals(seed, [128, 128, 3, 3], 1 / Math.sqrt(128 * 9));

  it("within networks, with activations and sums behind it, and gradients", async () => {
    if (!here) return;
    const build: BlockedBuild = (convolve, x, w, v, bias) => {
      const first = tanh(convolve(x as Value, w as Value, bias, same));
      const second = add(convolve(first, v as Value, bias, same), first);
      return reduceMean(tanh(second), { axes: [2, 3] });
    };
    const inputs = [normals(1, [16, 128, 9, 8]), weights(2), weights(3), normals(4, [128], 0.3)];
    const named = await checkBlocked(build, inputs, 1e-5);
    const tiled = named.filter(({ attributes }) => attributes.ints("kernel_shape")?.join() === "1,3");
    expect(tiled.length).toBe(4);
  });

  it("with a relu behind it", async () => {
    if (!here) return;
    const build: BlockedBuild = (convolve, x, w) => relu(convolve(x as Value, w as Value, undefined, same));
    await checkBlocked(build, [normals(1, [16, 128, 8, 8]), weights(2)], 1e-5);
  });
});

describe("isTiledFaster", () => {
  const sizes = (channels: number, side: number, batch: number) => ({
    image: [batch, channels, side, side],
    weights: [channels, channels, 3, 3],
    window: { strides: [1, 1], dilations: [1, 1], before: [1, 1], after: [1, 1] },
    group: 1,
    isFrozen: false,
  });

  it("says so where it was measured", () => {
    expect(isTiledFaster(sizes(256, 16, 16))).toBe(true);
    expect(isTiledFaster(sizes(128, 35, 16))).toBe(true);
    expect(isTiledFaster(sizes(64, 16, 32))).toBe(true);
    expect(isTiledFaster(sizes(64, 32, 64))).toBe(false);
    expect(isTiledFaster(sizes(32, 16, 32))).toBe(false);
    // Weights are transformed for few pixels.
    expect(isTiledFaster(sizes(256, 16, 1))).toBe(false);
    expect(isTiledFaster({ ...sizes(256, 16, 1), isFrozen: true })).toBe(true);
  });

  it("leaves other windows and channels that fill no block alone", () => {
    const one = sizes(256, 16, 16);
    expect(isTiledFaster({ ...one, window: { ...one.window, strides: [2, 2] } })).toBe(false);
    expect(isTiledFaster({ ...one, window: { ...one.window, dilations: [2, 2] } })).toBe(false);
    expect(isTiledFaster({ ...one, weights: [256, 256, 5, 5] })).toBe(false);
    expect(isTiledFaster({ ...one, weights: [250, 256, 3, 3] })).toBe(false);
    expect(isTiledFaster({ ...one, weights: [256, 250, 3, 3] })).toBe(false);
  });
});
