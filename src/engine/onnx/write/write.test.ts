import { describe, expect, it } from "vitest";
import { gradients } from "../../autodiff/gradients.js";
import { type Attribute, Attributes, float, int, ints } from "../../graph/attributes.js";
import { Graph, type Value } from "../../graph/graph.js";
import { lower } from "../../lowering/lower.js";
import { add } from "../../ops/add.js";
import { exp } from "../../ops/exp.js";
import { mul } from "../../ops/mul.js";
import { scan } from "../../ops/scan/scan.js";
import { tensor } from "../../tensor/tensor.js";
import { testRuntime } from "../../testing/evaluate.js";
import { decode } from "../proto/decode.js";
import type { GraphRecord, ModelRecord } from "../proto/records.js";
import { modelProto } from "../proto/schema.js";
import { readModel } from "../read/read.js";
import { opsetVersion, type WriteOptions, writeModel } from "./write.js";

it("lets constants and results give way to outputs of their names, every time alike", async () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [] });
  const constant = graph.constant(tensor(1), "c");
  const first = exp(x);
  const second = add(first, constant);
  graph.output("exp", second);
  graph.output("c", first);
  const bytes = writeModel(graph);
  expect(writeModel(graph)).toEqual(bytes);
  const program = await testRuntime().compile(graph, { lower: false });
  const results = await program.run({ x: tensor(0) });
  expect([results.exp?.item(), results.c?.item()]).toEqual([2, 1]);
  await program.dispose();
});

it("refuses an output with the name of an input", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [] });
  graph.output("x", exp(x));
  expect(() => writeModel(graph)).toThrow('output "x": an input of the graph has that name');
});

it("sorts metadata and declares open sizes", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 3] });
  graph.output("y", exp(x));
  const openDimensions = { x: ["batch", 3], y: ["batch", 3] };
  const bytes = writeModel(graph, { openDimensions, metadata: { b: "", a: "1" } });
  expect(writeModel(graph, { openDimensions, metadata: { a: "1", b: "" } })).toEqual(bytes);
  const read = readModel(bytes, { dimensions: { batch: 7 } });
  expect(read.graph.outputs[0]?.value.shape).toEqual([7, 3]);
  expect(read.openDimensions).toEqual(openDimensions);
});

describe("open sizes", () => {
  const graph = new Graph();
  graph.output("y", exp(graph.input("x", { dtype: "float32", shape: [2, 3] })));

  it.each([
    [{ z: ["batch"] }, 'openDimensions: "z" is given as [batch], but no input or output has that name'],
    [{ x: ["batch"] }, 'openDimensions: "x" is given as [batch], but its shape is [2, 3]'],
    [{ y: ["batch", 4] }, 'openDimensions: "y" is given as [batch, 4], but its shape is [2, 3]'],
  ])("refuses %j", (openDimensions, message) => {
    expect(() => writeModel(graph, { openDimensions })).toThrow(message);
  });
});

it("declares the values inside, if that is asked for", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 3] });
  graph.output("y", exp(exp(x)));
  const declared = (options: WriteOptions): unknown => {
    const record: ModelRecord = decode(modelProto, writeModel(graph, options), "m");
    return record.graph?.valueInfo?.map(({ name, type }) => [
      name,
      type?.tensorType?.shape?.dim?.map(({ dimValue }) => dimValue),
    ]);
  };
  expect(declared({})).toBeUndefined();
  expect(declared({ declareValues: true })).toEqual([["exp", [2, 3]]]);
});

it("refuses unknown options", () => {
  expect(() => writeModel(new Graph(), { meta: {} } as object)).toThrow('writeModel: unknown option "meta"');
});

it("gives outputs that are inputs, constants, other outputs or values of outer graphs an Identity", async () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2] });
  const constant = graph.constant(tensor([5, 6]), "c");
  const y = exp(x);
  for (const [name, value] of Object.entries({ same: x, fixed: constant, first: y, second: y })) {
    graph.output(name, value);
  }
  const { outputs } = scan({ states: [], sequences: [x], body: () => ({ states: [], outputs: [y, y] }) });
  graph.output("stacked", outputs[1] as Value);
  const program = await testRuntime().compile(graph, { lower: false });
  const results = await program.run({ x: tensor([0, 0]) });
  expect(Object.fromEntries(Object.entries(results).map(([name, value]) => [name, value.toArray()]))).toEqual(
    {
      same: [0, 0],
      fixed: [5, 6],
      first: [1, 1],
      second: [1, 1],
      stacked: [
        [1, 1],
        [1, 1],
      ],
    },
  );
  await program.dispose();
});

/** The names that a graph and its sub-graphs define, as they stand in the file. */
function namesIn({ input = [], initializer = [], node = [] }: GraphRecord): string[] {
  const bodies = node.flatMap(({ attribute = [] }) =>
    attribute.flatMap(({ g }) => (g === undefined ? [] : [g])),
  );
  return [
    ...input.map(({ name }) => name ?? ""),
    ...initializer.map(({ name }) => name ?? ""),
    ...node.flatMap(({ output = [] }) => output),
    ...bodies.flatMap(namesIn),
  ].filter((name) => name !== "");
}

it("defines every name once, in a training graph with loops too", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [4, 2] });
  const w = graph.input("w", { dtype: "float32", shape: [2] });
  const { states, outputs } = scan({
    states: [w],
    sequences: [x],
    body: ([state], [element]) => {
      const next = exp(add(mul(state as Value, w), element as Value));
      return { states: [next], outputs: [next, state as Value] };
    },
  });
  const loss = add(add(states[0] as Value, outputs[0] as Value), outputs[1] as Value);
  graph.output("exp", loss);
  gradients(loss, [w, x]).forEach((gradient, index) => {
    graph.output(`add_${index}`, gradient);
  });
  for (const written of [graph, lower(graph)]) {
    const record: ModelRecord = decode(modelProto, writeModel(written), "m");
    const names = namesIn(record.graph as GraphRecord);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});

it("gives equal graphs equal bytes, whatever the order of their attributes", () => {
  const build = (attributes: Record<string, Attribute>): Uint8Array => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [2, 2] });
    const operator = { ...exp.operator, type: "Any", domain: "com.microsoft" };
    graph.output("y", graph.emit(operator, [x], new Attributes(attributes))[0] as Value);
    return writeModel(graph);
  };
  const bytes = build({ a: int(1), b: float(0.5), c: ints([1, 2]) });
  expect(build({ c: ints([1, 2]), b: float(0.5), a: int(1) })).toEqual(bytes);
  expect(build({ a: int(2), b: float(0.5), c: ints([1, 2]) })).not.toEqual(bytes);
  const record: ModelRecord = decode(modelProto, bytes, "m");
  expect(record.opsetImport).toEqual([
    { domain: "", version: opsetVersion },
    { domain: "com.microsoft", version: 1 },
  ]);
});
