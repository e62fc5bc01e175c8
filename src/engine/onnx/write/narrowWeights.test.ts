import { describe, expect, it } from "vitest";
import { Graph } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { cast } from "../../ops/cast.js";
import { Tensor } from "../../tensor/tensor.js";
import { decode } from "../proto/decode.js";
import type { GraphRecord, ModelRecord } from "../proto/records.js";
import { modelProto } from "../proto/schema.js";
import { readModel } from "../read/read.js";
import { writeModel } from "./write.js";

/** A graph that adds constants to x, which is float32 of 16 elements. */
function sumOf(constants: Readonly<Record<string, Tensor>>): Graph {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [16] });
  const y = Object.entries(constants).reduce(
    (sum, [name, one]) => add(sum, cast(graph.constant(one, name), "float32")),
    x,
  );
  graph.output("y", y);
  return graph;
}

function written(constants: Readonly<Record<string, Tensor>>): GraphRecord {
  const bytes = writeModel(sumOf(constants), { weights: "float16" });
  return (decode(modelProto, bytes, "file") as ModelRecord).graph ?? {};
}

const stored = ({ initializer = [] }: GraphRecord) =>
  initializer.map(({ name, dataType, rawData }) => [name, dataType, rawData?.length]);

const full = (element: number, count = 16): Tensor => Tensor.full([count], element);

describe("weights in half precision", () => {
  it("are stored beside Casts that give what they were", () => {
    const { node = [], ...rest } = written({ w: full(1.5) });
    expect(stored(rest)).toEqual([["w~half", 10, 32]]);
    expect(node[0]).toMatchObject({ opType: "Cast", input: ["w~half"], output: ["w"] });
  });

  it("are those of float32 and 16 elements or more that half precision holds", () => {
    const single = written({ few: full(1.5, 1), wide: Tensor.zeros([16], "float64"), whole: full(65_505) });
    expect(stored(single)).toEqual([
      ["few", 1, 4],
      ["wide", 11, 128],
      ["whole", 1, 64],
    ]);
    expect(stored(written({ largest: full(-65_504), tiny: full(1e-30) }))).toEqual([
      ["largest~half", 10, 32],
      ["tiny~half", 10, 32],
    ]);
  });

  it("have names that nothing else has", () => {
    const names = stored(written({ w: full(1), "w~half": full(2), "w~half~": full(3) })).map(
      ([name]) => name,
    );
    expect(names).toEqual(["w~half~~", "w~half~half", "w~half~~half"]);
  });

  it("are read as what was written, rounded", () => {
    const bytes = writeModel(sumOf({ w: full(0.1) }), { weights: "float16" });
    const { values } = readModel(bytes);
    expect(values.get("w")?.constant).toEqual(full(0.0999755859375));
    // What half precision holds is written as the same bytes again.
    expect(writeModel(readModel(bytes).graph, { weights: "float16" })).toEqual(bytes);
  });

  it("are refused as anything else", () => {
    expect(() => writeModel(sumOf({}), { weights: "float64" as "float16" })).toThrow(
      'writeModel: weights must be "float32" or "float16", received "float64".',
    );
  });
});
