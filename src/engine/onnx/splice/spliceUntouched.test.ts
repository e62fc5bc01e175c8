import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../tensor/tensor.js";
import { expectClose } from "../../testing/expectClose.js";
import { decode } from "../proto/decode.js";
import type { ProtoRecord } from "../proto/encode.js";
import type { ModelRecord, NodeRecord } from "../proto/records.js";
import { modelProto } from "../proto/schema.js";
import { foreign, info, ints64, node } from "../testing/foreign.js";
import { addGradients } from "./gradientModel.js";

const utf8 = new TextEncoder();
const integer = (name: string, i: number): ProtoRecord => ({ name, i, type: 2 });
const text = (name: string, s: string): ProtoRecord => ({ name, s: utf8.encode(s), type: 3 });
const floats = (name: string, dims: number[], floatData: number[]): ProtoRecord => ({
  name,
  dims,
  dataType: 1,
  floatData,
});

const float32 = (shape: number[], values: number[]): Tensor<"float32"> =>
  new Tensor("float32", shape, Float32Array.from(values));

const decoded = (bytes: Uint8Array): ModelRecord => decode(modelProto, bytes, "result");
const nodesOf = (bytes: Uint8Array): readonly NodeRecord[] => decoded(bytes).graph?.node ?? [];
const without = ({ name: _, ...rest }: NodeRecord): Omit<NodeRecord, "name"> => rest;

async function run(
  bytes: Uint8Array,
  feeds: Record<string, Tensor<"float32">>,
): Promise<Record<string, OrtTensor>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const results = await session.run(
    Object.fromEntries(
      Object.entries(feeds).map(([name, { data, shape }]) => [
        name,
        new OrtTensor("float32", data, [...shape]),
      ]),
    ),
  );
  await session.release();
  return results as Record<string, OrtTensor>;
}

/** Like `run`, without the outputs that are no tensors. */
async function runFetching(bytes: Uint8Array, x: Tensor<"float32">): Promise<Record<string, OrtTensor>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const feeds = { x: new OrtTensor("float32", x.data, [...x.shape]) };
  const results = await session.run(
    feeds,
    session.outputNames.filter((name) => name !== "rows"),
  );
  await session.release();
  return results as Record<string, OrtTensor>;
}

function floatsOf(result: OrtTensor | undefined): Tensor<"float32"> {
  if (!(result?.data instanceof Float32Array)) throw new Error("expected float32");
  return new Tensor("float32", [...result.dims], result.data);
}

const axes: ProtoRecord = { name: "axes", ints: [1], type: 7 };

/**
 * A detector: boxes = 2·x and scores = x₀² as [1, 1, boxes], of which NonMaxSuppression, which Imago has not, picks
 * some; what is picked has an open size, and a text stands beside it.
 */
const detector = (opset: number): Uint8Array =>
  foreign({
    opset,
    input: [info("x", [1, 3, 4])],
    nodes: [
      node("Mul", ["x", "two"], ["boxes"]),
      node("Mul", ["boxes", "boxes"], ["squares"]),
      node("ReduceSum", ["squares", "last"], ["sums"], [integer("keepdims", 0)]),
      node("Unsqueeze", ["sums", "first"], ["scores"]),
      node("NonMaxSuppression", ["boxes", "scores", "most", "overlap"], ["picked"], [], { name: "nms" }),
      // Operators that Imago has, behind the one that it has not; the second is written otherwise in opset 21.
      node("Cast", ["picked"], ["pickedFloats"], [integer("to", 1)], { name: "Mul" }),
      opset < 18
        ? node("ReduceMax", ["pickedFloats"], ["largest"], [axes, integer("keepdims", 0)])
        : node("ReduceMax", ["pickedFloats", "first"], ["largest"], [integer("keepdims", 0)]),
      node("Sqrt", ["scores"], ["roots"]),
    ],
    initializer: [
      floats("two", [], [2]),
      ints64("last", [-1]),
      ints64("first", [1]),
      ints64("most", [5]),
      floats("overlap", [], [0.5]),
    ],
    output: [
      info("picked", ["count", 3], 7),
      info("scores", [1, 1, 3]),
      info("largest", ["count"]),
      info("roots", [1, 1, 3]),
    ],
  });

const boxes = float32([1, 3, 4], [0, 0, 1, 1, 0, 0.01, 1, 1.02, 3, 3, 5, 4]);

describe("an operator that Imago has not, beside the way", () => {
  it.each([13, 17, 26])("stays in the file, which runs (opset %i)", async (opset) => {
    const bytes = addGradients(detector(opset), { of: "scores", wrt: ["x", "two"] });
    expect(decoded(bytes).graph?.output?.map(({ name }) => name)).toEqual([
      "picked",
      "scores",
      "largest",
      "roots",
      "x_grad",
      "two_grad",
    ]);
    expect(decoded(bytes).opsetImport).toEqual([{ domain: "", version: Math.max(21, opset) }]);
    const before = await run(detector(opset), { x: boxes });
    const after = await run(bytes, { x: boxes });
    for (const name of ["picked", "scores", "largest", "roots"]) {
      expect(after[name]?.data, name).toEqual(before[name]?.data);
      expect(after[name]?.dims, name).toEqual(before[name]?.dims);
    }
    expect(after.picked?.dims).toEqual([2, 3]);
    // scores = Σ (2·x)², so its sum has the slopes 8·x, and 2·2·Σ x² for the factor.
    expectClose(
      floatsOf(after.x_grad),
      new Tensor(
        "float32",
        [1, 3, 4],
        boxes.data.map((x) => 8 * x),
      ),
    );
    const squares = boxes.data.reduce((sum, x) => sum + x * x, 0);
    expectClose(floatsOf(after.two_grad), tensor(4 * squares));
  });

  it("is left exactly as it is, and with the sizes that the file leaves open", () => {
    const before = nodesOf(detector(17)).find(({ opType }) => opType === "NonMaxSuppression");
    const bytes = addGradients(detector(17), { of: "scores", wrt: ["x"] });
    expect(nodesOf(bytes).find(({ opType }) => opType === "NonMaxSuppression")).toEqual(before);
    const [picked] = decoded(bytes).graph?.output ?? [];
    expect(picked?.type?.tensorType?.shape?.dim?.[0]).toEqual({ dimParam: "count" });
    const names = nodesOf(bytes).flatMap(({ name = "" }) => (name === "" ? [] : [name]));
    expect(new Set(names).size).toBe(names.length);
  });

  it("gives the same bytes each time", () => {
    const make = (): Uint8Array => addGradients(detector(13), { of: "scores", wrt: ["x"] });
    expect(make()).toEqual(make());
  });

  it("may be of another domain, stand behind the output, and give what is no tensor", () => {
    const file = foreign({
      input: [info("x", [2, 3]), info("words", [2], 8)],
      nodes: [
        node("Tanh", ["x"], ["y"]),
        node("Report", ["y", "words", "table"], ["report"], [text("way", "loud")], { domain: "com.example" }),
      ],
      initializer: [{ name: "table", dims: [2], dataType: 10, rawData: new Uint8Array([0, 60, 0, 64]) }],
      output: [
        info("y", [2, 3]),
        { name: "report", type: { sequenceType: new Uint8Array([10, 4, 10, 2, 8, 1]) } },
      ],
      model: {
        opsetImport: [
          { domain: "", version: 17 },
          { domain: "com.example", version: 7 },
        ],
      },
    });
    const { graph, opsetImport } = decoded(addGradients(file, { of: "y", wrt: ["x"] }));
    const before = decoded(file).graph;
    expect(graph?.node?.find(({ opType }) => opType === "Report")).toEqual(before?.node?.[1]);
    expect(graph?.input?.find(({ name }) => name === "words")).toEqual(before?.input?.[1]);
    expect(graph?.initializer?.find(({ name }) => name === "table")).toEqual(before?.initializer?.[0]);
    expect(graph?.output?.map(({ name }) => name)).toEqual(["y", "report", "x_grad"]);
    expect(graph?.output?.[1]).toEqual(before?.output?.[1]);
    expect(opsetImport).toEqual([
      { domain: "", version: 21 },
      { domain: "com.example", version: 7 },
    ]);
  });

  it("finds what it uses under the names in the file, whatever became of it", async () => {
    // A shape is known when the file is read, dropout is nothing, and an Identity gives a second name.
    const file = foreign({
      opset: 13,
      nodes: [
        node("Dropout", ["x"], ["dropped"]),
        node("Identity", ["x"], ["same"]),
        node("Tanh", ["dropped"], ["y"]),
        node("Shape", ["y"], ["shape"]),
        node("EyeLike", ["y"], ["eye"]),
        node("Add", ["eye", "same"], ["shifted"]),
        node("Reshape", ["shifted", "shape"], ["again"]),
        node("Mul", ["again", "dropped"], ["side"]),
      ],
      output: [info("y", [2, 3]), info("side", [2, 3])],
    });
    const x = float32([2, 3], [0.5, -1, 2, 1, 0, -0.25]);
    const after = await run(addGradients(file, { of: "y", wrt: ["x"] }), { x });
    expectClose(floatsOf(after.side), floatsOf((await run(file, { x })).side));
    expectClose(
      floatsOf(after.x_grad),
      new Tensor(
        "float32",
        [2, 3],
        x.data.map((value) => 1 - Math.tanh(value) ** 2),
      ),
    );
  });

  it("may hold graphs, whose nodes are brought to opset 21 with it", async () => {
    // Loop: three times total = total + ReduceSum(y), where the axis is an attribute, as before opset 13.
    const body: ProtoRecord = {
      name: "body",
      node: [
        node("ReduceSum", ["y"], ["sum"], [{ name: "axes", ints: [0], type: 7 }, integer("keepdims", 0)]),
        node("Add", ["total", "sum"], ["more"]),
        node("Identity", ["go"], ["on"]),
      ],
      input: [info("turn", [], 7), info("go", [], 9), info("total", [3])],
      output: [info("on", [], 9), info("more", [3])],
    };
    const file = foreign({
      opset: 11,
      nodes: [
        node("Sigmoid", ["x"], ["y"]),
        node("Loop", ["times", "", "zero"], ["side"], [{ name: "body", g: body, type: 5 }]),
      ],
      initializer: [{ name: "times", dims: [], dataType: 7, int64Data: [3] }, floats("zero", [3], [0, 0, 0])],
      output: [info("side", [3]), info("y", [2, 3])],
    });
    const x = float32([2, 3], [0, 1, 2, 3, 4, 5]);
    const after = await run(addGradients(file, { of: "y", wrt: ["x"] }), { x });
    const before = await run(file, { x });
    expectClose(floatsOf(after.side), floatsOf(before.side));
    expect(after.x_grad?.dims).toEqual([2, 3]);
  });

  it("is refused where its form in opset 21 depends on a type that is not known", () => {
    const beside = (...nodes: ProtoRecord[]): Uint8Array =>
      foreign({
        opset: 11,
        nodes: [
          node("Tanh", ["x"], ["y"]),
          node("Unknown", ["y"], ["u"], [], { domain: "com.example" }),
          ...nodes,
        ],
        output: [info("y", [2, 3]), info("side", [2, 3])],
      });
    const add = (file: Uint8Array) => () => addGradients(file, { of: "y", wrt: ["x"] });
    expect(add(beside(node("Softmax", ["u"], ["side"], [], { name: "soft" })))).toThrow(
      'Softmax "soft" stands beside what is differentiated, and cannot be brought from opset 11 to 21 as the ' +
        'gradient is: the type of its input "u" is not known',
    );
    expect(add(beside(node("RoiAlign", ["u", "u", "u"], ["side"])))).toThrow(
      'RoiAlign "side" stands beside what is differentiated, and cannot be brought from opset 11 to 21 as the ' +
        "gradient is: before opset 16 it has another meaning and is not supported; convert the model to a newer opset",
    );
  });
});

describe("sequences beside the way", () => {
  it("stay as they are, where what they are made of is read", async () => {
    const file = foreign({
      nodes: [
        node("Tanh", ["x"], ["t"]),
        node("SequenceConstruct", ["t", "x"], ["s"]),
        node("SequenceAt", ["s", "first"], ["y"]),
        node("SequenceLength", ["s"], ["length"]),
        node("ConcatFromSequence", ["s"], ["joined"], [integer("axis", 0)]),
        node("SplitToSequence", ["x", "one"], ["rows"], [integer("axis", 0)]),
      ],
      initializer: [
        { name: "first", dims: [], dataType: 7, int64Data: [0] },
        { name: "one", dims: [], dataType: 7, int64Data: [1] },
      ],
      output: [
        info("y", [2, 3]),
        info("length", [], 7),
        info("joined", [4, 3]),
        // A sequence of float32 tensors.
        { name: "rows", type: { sequenceType: new Uint8Array([10, 4, 10, 2, 8, 1]) } },
      ],
    });
    const x = float32([2, 3], [0.5, -1, 2, 1, 0, -0.25]);
    const [after, before] = [
      await runFetching(addGradients(file, { of: "y", wrt: ["x"] }), x),
      await runFetching(file, x),
    ];
    expect(after.length?.data).toEqual(before.length?.data);
    expectClose(floatsOf(after.joined), floatsOf(before.joined));
    const slopes = x.data.map((value) => 1 - Math.tanh(value) ** 2);
    expectClose(floatsOf(after.x_grad), new Tensor("float32", [2, 3], slopes));
  });

  it("are outputs by which nothing is differentiated", () => {
    const rows = { name: "rows", type: { sequenceType: new Uint8Array([10, 4, 10, 2, 8, 1]) } };
    const file = foreign({
      nodes: [node("SplitToSequence", ["x", "one"], ["rows"], [integer("axis", 0)])],
      initializer: [{ name: "one", dims: [], dataType: 7, int64Data: [1] }],
      output: [rows],
    });
    expect(() => addGradients(file, { of: "rows", wrt: ["x"] })).toThrow(
      'addGradients: of "rows" is a sequence of tensors, expected one tensor. Take an element out of it by SequenceAt, and make ' +
        "that an output.",
    );
    expect(() => addGradients(file, { of: "row", wrt: ["x"] })).toThrow(
      'addGradients: the model has no output "row". Did you mean "rows"? There are: rows.',
    );
  });

  it("is refused on the way beyond SequenceAt", () => {
    const made = node("SequenceConstruct", ["x", "x"], ["s"]);
    const refused =
      (output: ProtoRecord, ...nodes: ProtoRecord[]): (() => Uint8Array) =>
      () =>
        addGradients(foreign({ nodes: [made, ...nodes], output: [output] }), { of: "y", wrt: ["x"] });
    const what = '"s" is a sequence; sequences are supported only as far as SequenceAt';
    expect(refused(info("y"), node("ConcatFromSequence", ["s"], ["y"], [integer("axis", 0)]))).toThrow(
      `model.onnx: ConcatFromSequence "y": ${what}`,
    );
    expect(refused(info("y", [], 7), node("SequenceLength", ["s"], ["y"]))).toThrow(what);
  });
});

describe("an operator that Imago has not, on the way", () => {
  const random = (name: string, ...dims: number[]): ProtoRecord => {
    const size = dims.reduce((product, length) => product * length, 1);
    return floats(
      name,
      dims,
      Array.from({ length: size }, (_, at) => Math.sin(1 + at)),
    );
  };

  /** y = x·w + the mean of what an LSTM gives, of which inputs or outputs are left out. */
  const beside = (inputs: string[], outputs: string[]): Uint8Array =>
    foreign({
      nodes: [
        node("LSTM", inputs, outputs, [integer("hidden_size", 5)], { name: "rnn" }),
        node("ReduceMean", ["last"], ["m"], [integer("keepdims", 0)]),
        node("MatMul", ["x", "w"], ["a"]),
        node("Add", ["a", "m"], ["y"]),
      ],
      input: [info("x", [2, 3]), info("z", [3, 2, 6])],
      initializer: [random("w", 3, 3), random("W", 1, 20, 6), random("R", 1, 20, 5), random("h0", 1, 2, 5)],
      output: [info("y", [2, 3])],
      graph: { valueInfo: [info("all", [3, 1, 2, 5]), info("last", [1, 2, 5])] },
    });

  it.each([
    ["inputs", ["z", "W", "R", "", "", "h0"], ["all", "last"]],
    ["outputs", ["z", "W", "R"], ["", "last"]],
    ["both, and an output at the end", ["z", "W", "R", "", "", "h0"], ["", "last", ""]],
  ])("may have gaps: %s", async (_, inputs, outputs) => {
    const file = beside(inputs, outputs);
    const bytes = addGradients(file, { of: "y", wrt: ["x"] });
    const lstm = nodesOf(bytes).find(({ opType }) => opType === "LSTM");
    expect(lstm).toMatchObject({ input: inputs, output: outputs });
    const feeds = {
      x: float32([2, 3], [0.5, -1, 2, 1, 0, -0.25]),
      z: float32(
        [3, 2, 6],
        Array.from({ length: 36 }, (__, at) => Math.cos(at)),
      ),
    };
    const [after, before] = [await run(bytes, feeds), await run(file, feeds)];
    expectClose(floatsOf(after.y), floatsOf(before.y));
    expect(after.x_grad?.dims).toEqual([2, 3]);
    expect(() => addGradients(file, { of: "y", wrt: ["z"] })).toThrow(
      'model.onnx: LSTM "rnn" has no gradient (Imago has not got this operator), and a gradient must pass through it',
    );
  });

  it("is named with the file where its gradient has a condition", () => {
    const file = foreign({
      nodes: [
        node("ScatterElements", ["x", "i", "x"], ["y"], [text("reduction", "max")], { name: "scatter" }),
      ],
      initializer: [{ name: "i", dims: [2, 3], dataType: 7, int64Data: [0, 0, 0, 1, 1, 1] }],
    });
    expect(() => addGradients(file, { of: "y", wrt: ["x"], name: "net.onnx" })).toThrow(
      'net.onnx: gradient of ScatterElements "scatter": reduction "max" has a gradient only where it is one of none, add',
    );
  });

  const odd = (more: { valueInfo?: ProtoRecord[] } = {}): Uint8Array =>
    foreign({
      nodes: [
        node("Frobnicate", ["x"], ["f"], [], { domain: "com.example", name: "frob" }),
        node("Add", ["f", "w"], ["y"]),
      ],
      initializer: [floats("w", [3], [1, 2, 3])],
      graph: more.valueInfo === undefined ? {} : { valueInfo: more.valueInfo },
      model: {
        opsetImport: [
          { domain: "", version: 17 },
          { domain: "com.example", version: 3 },
        ],
      },
    });

  it("is named, with the node", () => {
    expect(() => addGradients(odd(), { of: "y", wrt: ["x"] })).toThrow(
      'model.onnx: Frobnicate "frob": operator Frobnicate of domain "com.example" is not supported',
    );
    expect(() => addGradients(odd({ valueInfo: [info("f", [2, 3])] }), { of: "y", wrt: ["x"] })).toThrow(
      'Frobnicate "frob" has no gradient (Imago has not got this operator), and a gradient must pass through it',
    );
  });

  it("does no harm where no gradient has to pass through it and the file declares what it gives", () => {
    const file = odd({ valueInfo: [info("f", [2, 3])] });
    const { graph, opsetImport } = decoded(addGradients(file, { of: "y", wrt: ["w"] }));
    const [before] = nodesOf(file);
    const after = graph?.node?.find(({ opType }) => opType === "Frobnicate");
    expect(without(after ?? {})).toEqual({
      ...without(before ?? {}),
      ...(after?.attribute ? { attribute: [] } : {}),
    });
    expect(graph?.output?.map(({ name }) => name)).toEqual(["y", "w_grad"]);
    expect(opsetImport).toContainEqual({ domain: "com.example", version: 3 });
  });
});
