import { describe, expect, it } from "vitest";
import type { GraphRecord, NodeRecord } from "../proto/records.js";
import { pruneGraph } from "./pruneGraph.js";

const node = (
  opType: string,
  input: string[],
  output: string[],
  more: Partial<NodeRecord> = {},
): NodeRecord => ({
  opType,
  input,
  output,
  ...more,
});

/** x → a → b → c, with a weight at each, and a side branch that reads another input. */
const graph: GraphRecord = {
  name: "g",
  node: [
    node("Conv", ["x", "w1"], ["a"]),
    node("Split", ["a"], ["b", "side"]),
    node("Conv", ["b", "w2"], ["c"]),
    node("Add", ["side", "z"], ["d"]),
  ],
  initializer: [{ name: "w1" }, { name: "w2" }],
  input: [{ name: "x" }, { name: "w2" }, { name: "z" }],
  output: [{ name: "c" }, { name: "d" }],
};
const names = (records: readonly { readonly name?: string }[] | undefined) =>
  records?.map(({ name }) => name);
const types = (nodes: readonly NodeRecord[] | undefined) => nodes?.map(({ opType }) => opType);

describe("pruneGraph", () => {
  it("keeps what leads to an output, in its order", () => {
    const pruned = pruneGraph(graph, ["b"]);
    expect(types(pruned.node)).toEqual(["Conv", "Split"]);
    expect(names(pruned.initializer)).toEqual(["w1"]);
    expect(names(pruned.input)).toEqual(["x"]);
    expect(pruned.output).toEqual([{ name: "b" }]);
    expect(pruned.name).toBe("g");
  });

  it("keeps what any of several outputs needs", () => {
    const pruned = pruneGraph(graph, ["c", "d"]);
    expect(pruned.node).toEqual(graph.node);
    expect(names(pruned.input)).toEqual(["x", "w2", "z"]);
    expect(names(pruned.output)).toEqual(["c", "d"]);
  });

  it("keeps an input that is itself asked for", () => {
    const pruned = pruneGraph(graph, ["x"]);
    expect(pruned.node).toEqual([]);
    expect(names(pruned.input)).toEqual(["x"]);
  });

  it("leaves the record as it was", () => {
    const before = structuredClone(graph);
    pruneGraph(graph, ["b"]);
    expect(graph).toEqual(before);
  });

  it("keeps what sub-graphs use of the graph around them", () => {
    const inner: GraphRecord = { node: [node("Neg", ["hidden"], ["n"])], output: [{ name: "direct" }] };
    const branches: GraphRecord = {
      node: [
        node("Relu", ["x"], ["hidden"]),
        node("Relu", ["x"], ["direct"]),
        node("Relu", ["x"], ["unused"]),
        node("If", ["x"], ["y"], { attribute: [{ name: "then_branch", g: inner }] }),
        node("Many", ["x"], ["m"], { attribute: [{ name: "bodies", graphs: [inner] }] }),
      ],
      input: [{ name: "x" }],
    };
    expect(types(pruneGraph(branches, ["y"]).node)).toEqual(["Relu", "Relu", "If"]);
    expect(types(pruneGraph(branches, ["m"]).node)).toEqual(["Relu", "Relu", "Many"]);
  });

  it("names the nearest value where there is none of a name", () => {
    expect(() => pruneGraph(graph, ["sied"])).toThrow(
      'there is no value "sied" in the model. Did you mean "side"? `imago onnx layers FILE` lists what there is.',
    );
    expect(() => pruneGraph(graph, ["w1"])).toThrow('there is no value "w1" in the model');
    expect(() => pruneGraph({}, ["y"])).toThrow('there is no value "y" in the model');
  });
});
