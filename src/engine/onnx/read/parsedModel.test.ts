import { describe, expect, it } from "vitest";
import { Graph } from "../../graph/graph.js";
import { verify } from "../../graph/verify.js";
import { add } from "../../ops/add.js";
import { conv } from "../../ops/conv/conv.js";
import { relu } from "../../ops/relu.js";
import { dtypes } from "../../tensor/dtype.js";
import { Tensor } from "../../tensor/tensor.js";
import { testRuntime } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { varied } from "../../testing/varied.js";
import { foreign, info, ints64, node } from "../testing/foreign.js";
import { writeModel } from "../write/write.js";
import { declaredInputs, ParsedModel, type ReadOptions, readModel } from "./read.js";

/** Two convolutions of images of any size, of whose weights those of the first are many. */
function convolutions(): Uint8Array {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [1, 3, 8, 8] });
  const weights = graph.constant(varied([40, 3, 3, 3]).cast("float32"), "first");
  const second = graph.constant(varied([2, 40, 1, 1]).cast("float32"), "second");
  const hidden = relu(conv(x, weights));
  graph.output("hidden", hidden);
  graph.output("y", add(conv(hidden, second), 1));
  const openDimensions = { x: [1, 3, "rows", "columns"], hidden: [1, 40, "r", "c"], y: [1, 2, "r", "c"] };
  return writeModel(graph, { openDimensions, metadata: { a: "b" } });
}

const sized = (rows: number, columns: number): ReadOptions => ({ inputShapes: { x: [1, 3, rows, columns] } });

/** The tensors of a graph by name. */
const tensorsOf = ({ constants }: Graph): Map<string, Tensor> =>
  new Map(constants.map(({ name, constant }) => [name, constant as Tensor]));

describe("ParsedModel", () => {
  const bytes = convolutions();

  it.each<[string, ReadOptions]>([
    ["at one size", sized(8, 8)],
    ["at another", sized(11, 5)],
    ["with sizes by name", { dimensions: { rows: 4, columns: 9 } }],
    ["in part", { ...sized(8, 8), outputs: ["hidden"] }],
    ["at any size", { ...sized(6, 6), anySize: true }],
  ])("is read as its bytes are: %s", (_, options) => {
    const [from, parsed] = [readModel(bytes, options), readModel(new ParsedModel(bytes), options)];
    verify(parsed.graph, "reading");
    expect(writeModel(parsed.graph)).toEqual(writeModel(from.graph));
    const { graph: _graph, values, ...rest } = parsed;
    const { graph: __, values: expected, ...others } = from;
    expect(rest).toEqual(others);
    expect([...values.keys()]).toEqual([...expected.keys()]);
  });

  it("gives all graphs the same tensors, whatever becomes of the file", () => {
    const file = Uint8Array.from(bytes);
    const model = new ParsedModel(file);
    file.fill(0);
    const [one, other] = [readModel(model, sized(8, 8)), readModel(model, sized(11, 5))];
    const [left, right] = [tensorsOf(one.graph), tensorsOf(other.graph)];
    expect([...left.keys()]).toContain("first");
    for (const [name, { data }] of left) expect(right.get(name)?.data.buffer, name).toBe(data.buffer);
    const apart = tensorsOf(readModel(bytes, sized(8, 8)).graph);
    for (const [name, constant] of left) {
      expect(apart.get(name)).toEqual(constant);
      expect(apart.get(name)?.data.buffer).not.toBe(constant.data.buffer);
    }
  });

  it("runs at both sizes", async () => {
    const model = new ParsedModel(bytes);
    for (const shape of [
      [1, 3, 8, 8],
      [1, 3, 5, 12],
    ]) {
      const results = [];
      for (const file of [bytes, model]) {
        const program = await testRuntime().compile(readModel(file, { inputShapes: { x: shape } }).graph, {
          lower: false,
        });
        results.push((await program.run({ x: varied(shape).cast("float32") })).y as Tensor);
        await program.dispose();
      }
      expectClose(results[1] as Tensor, results[0] as Tensor, { relative: 0, absolute: 0 });
    }
  });

  it.each(dtypes)("holds tensors of %s", (dtype) => {
    const graph = new Graph();
    const data = Tensor.full([5], 1, dtype);
    graph.output("y", graph.constant(data, "c"));
    const file = writeModel(graph);
    for (const bytes of [file, new ParsedModel(file)]) {
      expect(tensorsOf(readModel(bytes).graph).get("c")).toEqual(data);
    }
  });

  it("reads a file of another program more than once, with what is computed while reading", () => {
    const file = foreign({
      nodes: [
        node("Shape", ["x"], ["s"]),
        node("Gather", ["s", "axis"], ["n"]),
        node("Concat", ["n", "rest"], ["shape"], [{ name: "axis", i: 0, type: 2 }]),
        node("Reshape", ["x", "shape"], ["y"]),
      ],
      initializer: [ints64("axis", [0]), ints64("rest", [-1])],
      input: [info("x", ["n", 2, 3])],
      output: [info("y", ["n", 6])],
    });
    const model = new ParsedModel(file);
    for (const n of [2, 5, 2]) {
      const { graph } = readModel(model, { dimensions: { n } });
      expect(graph.outputs[0]?.value.shape).toEqual([n, 6]);
      expect(writeModel(graph)).toEqual(writeModel(readModel(file, { dimensions: { n } }).graph));
    }
  });

  it("declares the inputs that its bytes declare", () => {
    expect(declaredInputs(new ParsedModel(bytes))).toEqual(declaredInputs(bytes));
    expect(declaredInputs(bytes)).toEqual([{ name: "x", sizes: [1, 3, "rows", "columns"] }]);
  });

  it("refuses what is no model, naming the file", () => {
    expect(() => new ParsedModel(new Uint8Array(), "a.onnx")).toThrow("a.onnx: the file is empty");
    expect(() => new ParsedModel(bytes.subarray(0, 90))).toThrow("model.onnx: the file ends inside");
    const empty = new ParsedModel(Uint8Array.of(8, 10));
    expect(() => readModel(empty, { name: "b.onnx" })).toThrow("b.onnx: there is no graph in it");
    expect(() => declaredInputs(empty, "b.onnx")).toThrow("b.onnx: there is no graph in it");
    expect(() => readModel(new ParsedModel(bytes))).toThrow('input "x" is [1, 3, rows, columns]');
  });
});
