import { describe, expect, it } from "vitest";
import { gradients } from "../../autodiff/gradients.js";
import { Graph } from "../../graph/graph.js";
import { printGraph } from "../../graph/print.js";
import { verify } from "../../graph/verify.js";
import { add } from "../../ops/add.js";
import { matMul } from "../../ops/matMul.js";
import { mul } from "../../ops/mul.js";
import { reduceMean } from "../../ops/reduceMean.js";
import { reshape } from "../../ops/reshape.js";
import { scan } from "../../ops/scan/scan.js";
import { tanh } from "../../ops/tanh.js";
import { Tensor, tensor } from "../../tensor/tensor.js";
import { testRuntime } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import type { ProtoRecord } from "../proto/encode.js";
import { foreign, info, ints64, node } from "../testing/foreign.js";
import { writeModel } from "../write/write.js";
import { type ReadOptions, readModel } from "./read.js";

/** Reads what was written, writes that, and gives the graph read. */
function roundTrip(graph: Graph): Graph {
  const bytes = writeModel(graph, { metadata: { b: "2", a: "1" } });
  const { graph: read, metadata } = readModel(bytes);
  verify(read, "reading");
  expect(metadata).toEqual({ a: "1", b: "2" });
  const again = writeModel(read, { metadata });
  expect(Buffer.from(again).equals(bytes)).toBe(true);
  expect(printGraph(readModel(again).graph)).toBe(printGraph(read));
  return read;
}

async function run(graph: Graph, feeds: Record<string, Tensor>): Promise<Readonly<Record<string, Tensor>>> {
  const program = await testRuntime().compile(graph, { lower: false });
  try {
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}

describe("what writeModel wrote", () => {
  it("comes back the same: a network with gradients", async () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [2, 3] });
    const w = graph.input("w", { dtype: "float32", shape: [3, 4] });
    const b = graph.constant(tensor([0.1, 0.2, 0.3, 0.4]), "b");
    const loss = reduceMean(mul(tanh(add(matMul(x, w), b)), 0.5));
    graph.output("loss", loss);
    gradients(loss, [w, b]).forEach((gradient, index) => {
      graph.output(`gradient${index}`, gradient);
    });
    const read = roundTrip(graph);
    const feeds = {
      x: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      w: Tensor.full([3, 4], 0.05),
    };
    expect(await run(read, feeds)).toEqual(await run(graph, feeds));
  });

  it("comes back the same, printed too where outputs have the names of values", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float64", shape: [2, 3] });
    graph.output("tanh", tanh(reshape(x, [6])));
    expect(printGraph(roundTrip(graph))).toBe(printGraph(graph));
  });

  it("comes back the same: sub-graphs with captures, states and reversed sequences", async () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [5, 2] });
    const scale = graph.input("scale", { dtype: "float32", shape: [2] });
    const start = graph.constant(Tensor.zeros([2]), "start");
    const { states, outputs } = scan({
      states: [start],
      sequences: [x],
      reverse: true,
      body: ([state], [element]) => {
        const next = tanh(add(mul(state!, scale), element!));
        return { states: [next], outputs: [next, element!, scale] };
      },
    });
    graph.output("last", states[0]!);
    outputs.forEach((output, index) => {
      graph.output(`all${index}`, output);
    });
    graph.output("gradient", gradients(states[0]!, [scale])[0]);
    const read = roundTrip(graph);
    const feeds = { x: Tensor.full([5, 2], 0.3), scale: tensor([0.5, -0.5]) };
    expect(await run(read, feeds)).toEqual(await run(graph, feeds));
  });

  it("comes back the same where inputs, constants and one value twice are outputs", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "int32", shape: [] });
    const c = graph.constant(tensor([true, false]), "c");
    const y = add(x, x);
    for (const [name, value] of Object.entries({ same: x, c2: c, y, again: y })) graph.output(name, value);
    const read = roundTrip(graph);
    expect(read.nodes).toHaveLength(1);
  });

  it("keeps every element type", () => {
    const graph = new Graph();
    const dtypes = ["float32", "float64", "int32", "int64", "bool", "uint8", "uint32", "uint64"] as const;
    for (const dtype of dtypes) {
      graph.input(`in_${dtype}`, { dtype, shape: [2] });
      graph.output(`out_${dtype}`, graph.constant(tensor([0, 1], { dtype }), dtype));
    }
    graph.output("extreme", graph.constant(new Tensor("int64", [1], BigInt64Array.of(-(2n ** 63n)))));
    roundTrip(graph);
  });
});

const types = (bytes: Uint8Array, options?: ReadOptions): string[] =>
  readModel(bytes, options).graph.nodes.map(({ operator }) => operator.type);

describe("open sizes", () => {
  const open = foreign({ input: [info("x", ["batch", 3])], output: [info("y", ["batch", 3])] });

  it("are given by name or with the whole shape, and told", () => {
    const model = readModel(open, { dimensions: { batch: 4 } });
    expect(model.graph.outputs[0]?.value.shape).toEqual([4, 3]);
    expect(model.openDimensions).toEqual({ x: ["batch", 3], y: ["batch", 3] });
    expect(readModel(open, { inputShapes: { x: [7, 3] } }).graph.inputs[0]?.shape).toEqual([7, 3]);
    expect(model.producer.name).toBe("test");
    expect(model.opset).toBe(17);
    expect(model.irVersion).toBe(8);
  });

  it("that are not given are named", () => {
    expect(() => readModel(open)).toThrow(
      'model.onnx: input "x" is [batch, 3], and the size "batch" is open. Give it: dimensions: { "batch": 1 }.',
    );
    expect(() => readModel(foreign({ input: [info("x")] }))).toThrow('input "x" is of any rank.');
    expect(() => readModel(foreign({ input: [info("x", [-1, 3])] }))).toThrow('input "x" is [?, 3].');
  });

  it("are checked", () => {
    expect(() => readModel(open, { dimensions: { bach: 1 } })).toThrow(
      'dimensions: there is no "bach". Did you mean "batch"? There are: batch.',
    );
    expect(() => readModel(open, { inputShapes: { y: [1] } })).toThrow('inputShapes: there is no "y".');
    expect(() => readModel(open, { inputShapes: { x: [1, 4] } })).toThrow(
      'inputShapes: "x" is declared [batch, 3], received [1, 4]',
    );
    expect(() => readModel(open, { inputShapes: { x: [1, 3] }, dimensions: { batch: 2 } })).toThrow(
      'inputShapes: "x" is declared',
    );
    expect(() => readModel(open, { dimensions: { batch: -1 } })).toThrow("is impossible");
  });
});

describe("folding", () => {
  it("makes constants of what computes shapes", async () => {
    const bytes = foreign({
      input: [info("x", ["n", 3])],
      output: [info("y", ["n", 3])],
      nodes: [
        node("Shape", ["x"], ["shape"]),
        node(
          "Constant",
          [],
          ["zero"],
          [{ name: "value", t: { dims: [], dataType: 7, int64Data: [0] }, type: 4 }],
        ),
        node("Gather", ["shape", "zero"], ["n"], [{ name: "axis", i: 0, type: 2 }]),
        node("Unsqueeze", ["n", "axes"], ["n1"]),
        node("Concat", ["n1", "rest"], ["target"], [{ name: "axis", i: 0, type: 2 }]),
        node("Cast", ["target"], ["target64"], [{ name: "to", i: 7, type: 2 }]),
        node("Reshape", ["x", "target64"], ["y"]),
      ],
      initializer: [
        ints64("axes", [0]),
        {
          name: "rest",
          dims: [2],
          dataType: 7,
          rawData: new Uint8Array(new BigInt64Array([1n, -1n]).buffer),
        },
      ],
    });
    const { graph } = readModel(bytes, { dimensions: { n: 5 } });
    expect(graph.nodes.map(({ operator }) => operator.type)).toEqual(["Reshape"]);
    expect(graph.outputs[0]?.value.shape).toEqual([5, 1, 3]);
  });

  it("leaves floating-point initialisers, which can be trained", () => {
    const bytes = foreign({
      nodes: [node("Unsqueeze", ["b", "axes"], ["row"]), node("Add", ["x", "row"], ["y"])],
      initializer: [ints64("axes", [0]), { name: "b", dims: [3], dataType: 1, floatData: [1, 2, 3] }],
    });
    expect(types(bytes)).toEqual(["Unsqueeze", "Add"]);
  });

  it("takes the branch of an If whose condition is known", async () => {
    const branch = (name: string, op: string): ProtoRecord => ({
      name,
      g: { name, node: [node(op, ["x"], ["r"])], output: [info("r")] },
      type: 5,
    });
    const bytes = foreign({
      nodes: [
        node("Size", ["x"], ["size"]),
        node("Equal", ["size", "six"], ["whole"]),
        node("If", ["whole"], ["y"], [branch("else_branch", "Exp"), branch("then_branch", "Tanh")]),
      ],
      initializer: [{ name: "six", dims: [], dataType: 7, int64Data: [6] }],
    });
    expect(types(bytes)).toEqual(["Tanh"]);
  });
});

describe("older opsets", () => {
  it.each<[string, number, ProtoRecord[], string[]]>([
    [
      "axes in attributes",
      11,
      [
        node("Unsqueeze", ["x"], ["u"], [{ name: "axes", ints: [0], type: 7 }]),
        node(
          "ReduceMean",
          ["u"],
          ["m"],
          [
            { name: "axes", ints: [0], type: 7 },
            { name: "keepdims", i: 0, type: 2 },
          ],
        ),
        node("Dropout", ["m"], ["y"], [{ name: "ratio", f: 0.5, type: 1 }], { name: "drop" }),
      ],
      ["Unsqueeze", "ReduceMean"],
    ],
    ["the limits of Clip", 7, [node("Clip", ["x"], ["y"], [{ name: "max", f: 0.5, type: 1 }])], ["Clip"]],
    [
      "Softmax over the rest",
      11,
      [node("Softmax", ["x"], ["y"], [{ name: "axis", i: 0, type: 2 }])],
      ["Reshape", "Softmax", "Reshape"],
    ],
    [
      "Slice and Pad",
      9,
      [
        node(
          "Slice",
          ["x"],
          ["s"],
          [
            { name: "axes", ints: [1], type: 7 },
            { name: "starts", ints: [1], type: 7 },
            { name: "ends", ints: [2n ** 63n - 1n], type: 7 },
          ],
        ),
        node(
          "Pad",
          ["s"],
          ["y"],
          [
            { name: "pads", ints: [0, 1, 0, 0], type: 7 },
            { name: "value", f: 2, type: 1 },
          ],
        ),
      ],
      ["Slice", "Pad"],
    ],
    [
      "Split",
      12,
      [
        node("Split", ["x"], ["a", "b", "c"], [{ name: "axis", i: 1, type: 2 }]),
        node("Concat", ["c", "b", "a"], ["y"], [{ name: "axis", i: 1, type: 2 }]),
      ],
      ["Split", "Concat"],
    ],
  ])("are brought to today's: %s", async (_what, opset, nodes, expected) => {
    const { graph } = readModel(foreign({ nodes, opset }));
    expect(graph.nodes.map(({ operator }) => operator.type)).toEqual(expected);
    verify(graph, "reading");
    const x = tensor([
      [1, -2, 0.25],
      [0, 3, -1],
    ]);
    const { y } = await run(graph, { x });
    const wanted: Record<string, number[][]> = {
      ReduceMean: [
        [1, -2, 0.25],
        [0, 3, -1],
      ],
      Clip: [
        [0.5, -2, 0.25],
        [0, 0.5, -1],
      ],
      Pad: [
        [2, -2, 0.25],
        [2, 3, -1],
      ],
      Concat: [
        [0.25, -2, 1],
        [-1, 3, 0],
      ],
    };
    const total = [1, -2, 0.25, 0, 3, -1].reduce((sum, value) => sum + Math.exp(value), 0);
    const softmax = [
      [1, -2, 0.25],
      [0, 3, -1],
    ].map((row) => row.map((value) => Math.exp(value) / total));
    expectClose(y!, wanted[expected.at(-1) as string] ?? softmax);
  });
});
