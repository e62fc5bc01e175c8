import { describe, expect, it } from "vitest";
import type { Graph } from "../../graph/graph.js";
import type { ProtoRecord } from "../proto/encode.js";
import { foreign, info, node } from "../testing/foreign.js";
import { cast, constant, elements, half, single } from "../testing/halves.js";
import { writeModel } from "../write/write.js";
import { readModel } from "./read.js";

const body = (nodes: ProtoRecord[], initializer: ProtoRecord[] = []): ProtoRecord => ({
  name: "b",
  node: nodes,
  initializer,
  input: [info("row", [3])],
  output: [info("r", [2, 3])],
});

/** A Scan over the rows of x, behind `before`. */
const scan = (
  inner: ProtoRecord,
  initializer: ProtoRecord[] = [half()],
  before: ProtoRecord[] = [],
): Uint8Array =>
  foreign({
    nodes: [
      ...before,
      node(
        "Scan",
        ["x"],
        ["y"],
        [
          { name: "body", g: inner, type: 5 },
          { name: "num_scan_inputs", i: 1, type: 2 },
        ],
      ),
    ],
    initializer,
  });

const use = node("Add", ["row", "v"], ["r"]);

function innerOf(bytes: Uint8Array): Graph {
  const [inner] = readModel(bytes).graph.nodes.flatMap(({ attributes }) => attributes.graphs());
  if (inner === undefined) expect.fail("there is no graph inside");
  return inner;
}

describe("half precision and sub-graphs", () => {
  it("takes Casts of a weight of the graph around", () => {
    const wanted = scan(body([node("Add", ["row", "w16"], ["r"])]), [single("w16")]);
    const found = scan(body([cast("w16", "v"), use]));
    expect(writeModel(readModel(found).graph)).toEqual(writeModel(readModel(wanted).graph));
  });

  it("gives them the name that a Cast around gives", () => {
    const { graph } = readModel(scan(body([cast("w16", "v"), use]), [half()], [cast("w16", "w")]));
    expect(graph.constants.map(({ name, dtype }) => [name, dtype])).toEqual([["w", "float32"]]);
  });

  it.each<[string, ProtoRecord]>([
    ["an initialiser", body([cast("own", "v"), use], [half(undefined, "own")])],
    ["a Constant", body([constant(half(), "own"), cast("own", "v"), use])],
  ])("widens %s of their own", (_what, inner) => {
    const { constants } = innerOf(scan(inner, []));
    expect(constants.map(({ name, constant: one }) => [name, [...(one?.data ?? [])]])).toEqual([
      ["v", elements],
    ]);
  });

  it("reads the branch of a condition that is known", () => {
    const branch = (nodes: ProtoRecord[]): ProtoRecord => ({ name: "b", node: nodes, output: [info("r")] });
    const bytes = foreign({
      nodes: [
        node(
          "If",
          ["yes"],
          ["y"],
          [
            { name: "then_branch", g: branch([cast("w16", "v"), node("Add", ["x", "v"], ["r"])]), type: 5 },
            { name: "else_branch", g: branch([node("Neg", ["x"], ["r"])]), type: 5 },
          ],
        ),
      ],
      initializer: [half(), { name: "yes", dims: [], dataType: 9, int32Data: [1] }],
    });
    const { graph } = readModel(bytes);
    expect(graph.nodes.map(({ operator }) => operator.type)).toEqual(["Add"]);
    expect([...(graph.nodes[0]?.inputs[1]?.constant?.data ?? [])]).toEqual(elements);
  });

  it("takes no other value of the same name for the weight", () => {
    const doubles = { name: "w16", dims: [2, 3], dataType: 11, doubleData: [1, 2, 3, 4, 5, 6] };
    const inner = body([cast("w16", "v"), use], [doubles]);
    // Nothing casts the one around, so it stays.
    expect(() => readModel(scan(inner))).toThrow('initialiser "w16": element type float16 is not supported');
    const { nodes, constants } = innerOf(scan(inner, [half()], [cast("w16", "w")]));
    expect(nodes.map(({ operator }) => operator.type)).toEqual(["Cast", "Add"]);
    expect(constants.map(({ dtype }) => dtype)).toEqual(["float64"]);
  });

  it.each<[string, ProtoRecord]>([
    ["of another operator", body([cast("w16", "v"), node("Relu", ["w16"], ["h"]), use])],
    ["as an output", { ...body([cast("w16", "v"), use]), output: [info("w16", [2, 3], 10)] }],
  ])("counts a use there %s", (_what, inner) => {
    expect(() => readModel(scan(inner))).toThrow('initialiser "w16": element type float16 is not supported');
  });
});
