import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { cast } from "../../ops/cast.js";
import { concat } from "../../ops/concat.js";
import { expand } from "../../ops/expand.js";
import { mul } from "../../ops/mul.js";
import { reshape } from "../../ops/reshape.js";
import { scan } from "../../ops/scan/scan.js";
import { slice } from "../../ops/slice.js";
import { tile } from "../../ops/tile.js";
import { Tensor, tensor } from "../../tensor/tensor.js";
import { readModel } from "../read/read.js";
import { openSizes } from "./openSizes.js";

const batch = [3, 5, 7, 4, 6];
const time = [97, 130, 151, 120, 141];

type Build = (x: Value) => Value;

/** y = build(x) for x [batch, time, 2], at the sizes of that number. */
function graphAt(build: Build, shape: readonly number[]): Graph {
  const graph = new Graph();
  graph.output(
    "y",
    graph.scoped("part", () => build(graph.input("x", { dtype: "float32", shape }))),
  );
  return graph;
}

const opened = (build: Build): Uint8Array =>
  openSizes(
    batch.map((size, at) => graphAt(build, [size, time[at] as number, 2])),
    [
      { name: "batch", sizes: batch },
      { name: "time", sizes: time },
    ],
  );

async function run(bytes: Uint8Array, shape: number[]): Promise<OrtTensor> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, (_, at) => Math.sin(at));
  const { y } = await session.run({ x: new OrtTensor("float32", data, shape) });
  await session.release();
  return y as OrtTensor;
}

/** The numbers from 0 on, as a row of the graph of `like`. */
const counted = (like: Value, length: number): Value =>
  like.graph.constant(
    new Tensor(
      "int64",
      [1, length],
      BigInt64Array.from({ length }, (_, at) => BigInt(at)),
    ),
  );

const builds: Readonly<Record<string, Build>> = {
  "a product of sizes": (x) => reshape(x, [x.size(0) * x.size(1), 2]),
  "several open sizes of one shape": (x) => reshape(x, [x.size(1), x.size(0), 2]),
  "a size with something added": (x) =>
    expand(slice(x, { starts: [0], ends: [1], axes: [1] }), [x.size(0), x.size(1) + 3, 2]),
  "multiples of a product": (x) => reshape(tile(x, [1, 3, 1]), [x.size(0), x.size(1) * 6]),
  "a size that windows leave": (x) => {
    const every = slice(x, { starts: [0], ends: [x.size(1)], axes: [1], steps: [2] });
    return reshape(concat([every, every], { axis: 2 }), [every.size(1), x.size(0), 4]);
  },
  "positions along an axis": (x) => mul(x, cast(reshape(counted(x, x.size(1)), [x.size(1), 1]), "float32")),
  "one number everywhere": (x) => add(x, x.graph.constant(Tensor.full([x.size(0), x.size(1), 1], 0.5))),
  "what a loop's body brings": (x) =>
    scan({
      states: [],
      sequences: [x],
      body: (_, [row]) => {
        const flat = reshape(row as Value, [(row as Value).size(0) * 2]);
        return {
          states: [],
          outputs: [mul(flat, flat.graph.constant(Tensor.full([(row as Value).size(0) * 2], 2)))],
        };
      },
    }).outputs[0] as Value,
};

describe("open sizes", () => {
  it.each(Object.entries(builds))("are computed from those that come: %s", async (_, build) => {
    const bytes = opened(build);
    for (const shape of [
      [1, 4, 2],
      [2, 7, 2],
      [5, 1, 2],
    ]) {
      const found = await run(bytes, shape);
      const wanted = await run(openSizes([graphAt(build, shape)], []), shape);
      expect(found.dims).toEqual(wanted.dims);
      expect(found.data).toEqual(wanted.data);
    }
  });

  it("have names in the file", () => {
    const bytes = opened((x) => reshape(x, [x.size(0) * x.size(1), 2]));
    const { openDimensions } = readModel(bytes, { dimensions: { batch: 1, time: 4 } });
    expect(openDimensions.x).toEqual(["batch", "time", 2]);
    expect(openDimensions.y?.[1]).toBe(2);
  });

  it.each<[string, Build, string]>([
    [
      "numbers that depend on them",
      (x) => add(x, tensor(Array.from({ length: x.size(1) }, (_, at) => [at % 7, 1]))),
      'layer "part": a constant of its Add depends on it',
    ],
    [
      "other operators",
      (x) => (x.size(1) > 120 ? mul(x, 2) : x),
      'layer "part": it has other parts for other sizes',
    ],
    [
      "a size that is no whole multiple",
      (x) => slice(x, { starts: [0], ends: [Math.floor(Math.sqrt(x.size(1)))], axes: [1] }),
      'layer "part": a constant of its Slice depends on it',
    ],
  ])("are refused with the layer that bakes them in: %s", (_, build, message) => {
    expect(() => opened(build)).toThrow(message);
  });
});
