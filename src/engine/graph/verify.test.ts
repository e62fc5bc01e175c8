import { expect, it } from "vitest";
import { add } from "../ops/add.js";
import { exp } from "../ops/exp.js";
import { scan } from "../ops/scan/scan.js";
import { Graph, Node, Value } from "./graph.js";
import { verify } from "./verify.js";

const type = { dtype: "float32", shape: [2] } as const;

function sample(): { graph: Graph; x: Value; y: Value; z: Value } {
  const graph = new Graph();
  const x = graph.input("x", type);
  const y = exp(x);
  const z = add(y, 1);
  graph.output("z", z);
  return { graph, x, y, z };
}

const check = (graph: Graph) => (): void => verify(graph, "a test");

it("lets well-formed graphs pass, with sub-graphs and names that outputs share", () => {
  const { graph, z } = sample();
  const { outputs } = scan({
    states: [],
    sequences: [z],
    body: (_states, [element]) => ({ states: [], outputs: [exp(element as Value), z] }),
  });
  graph.output("stacked", outputs[0] as Value);
  graph.output("again", z);
  verify(graph, "a test");
});

it("finds a value that is used before it is assigned", () => {
  const { graph } = sample();
  graph.nodes.reverse();
  expect(check(graph)).toThrow('graph after a test: Add "Add": %exp is used before it is assigned');
});

it("finds a node that is missing", () => {
  const { graph } = sample();
  graph.nodes.pop();
  expect(check(graph)).toThrow('graph after a test: output "z": %add is not assigned');
});

it("finds a value that is assigned twice", () => {
  const { graph, x, y } = sample();
  graph.nodes.push(y.producer as Node);
  expect(check(graph)).toThrow('Exp "Exp": %exp is assigned twice');
  const other = sample();
  other.graph.inputs.push(other.x);
  expect(check(other.graph)).toThrow("an input: %x is assigned twice");
  expect(x.name).toBe("x");
});

it("finds a name that is used twice, also between a graph and its sub-graph", () => {
  const { graph, y } = sample();
  graph.inputs.push(new Value(graph, y.name, type));
  expect(check(graph)).toThrow('Exp "Exp": the name %exp is used twice');
  const outer = sample();
  scan({
    states: [],
    sequences: [outer.x],
    body: (_states, [element]) => {
      (element as Value).graph.inputs[0] = new Value((element as Value).graph, "x", {
        dtype: "float32",
        shape: [],
      });
      return { states: [], outputs: [outer.y] };
    },
  });
  expect(check(outer.graph)).toThrow("an input: the name %x is used twice");
});

it("finds values of other graphs", () => {
  const { graph } = sample();
  const stranger = sample();
  graph.inputs.push(new Value(stranger.graph, "stranger", type));
  expect(check(graph)).toThrow("an input: %stranger belongs to another graph");
  const other = sample();
  other.graph.output("strange", stranger.y);
  expect(check(other.graph)).toThrow('output "strange": %exp is not assigned');
});

it("finds a sub-graph that uses what comes later, or what another sub-graph computes", () => {
  const { graph, x, y } = sample();
  const loop = (use: Value): Value =>
    scan({
      states: [],
      sequences: [x],
      body: (_states, [e]) => ({ states: [], outputs: [add(e as Value, use)] }),
    }).outputs[0] as Value;
  loop(y);
  verify(graph, "a test");
  graph.nodes.unshift(graph.nodes.pop() as Node);
  expect(check(graph)).toThrow("%exp is used before it is assigned");
  const other = sample();
  let hidden: Value | undefined;
  scan({
    states: [],
    sequences: [other.x],
    body: (_states, [element]) => {
      hidden = exp(element as Value);
      return { states: [], outputs: [hidden] };
    },
  });
  const node = new Node(exp.operator, "Leak", [hidden], (other.y.producer as Node).attributes);
  other.graph.nodes.push(node);
  expect(check(other.graph)).toThrow('Exp "Leak": %exp_1 is used before it is assigned');
});

it("finds types that are not what the operator infers", () => {
  const { graph, x } = sample();
  const node = new Node(exp.operator, "Wrong", [x], (graph.nodes[0] as Node).attributes);
  node.outputs.push(new Value(graph, "wrong", { dtype: "float32", shape: [3] }, { producer: node }));
  graph.nodes.push(node);
  expect(check(graph)).toThrow('Exp "Wrong": %wrong is float32[3], inferred float32[2]');
  node.outputs[0] = new Value(graph, "wrong", { dtype: "float64", shape: [2] }, { producer: node });
  expect(check(graph)).toThrow("%wrong is float64[2], inferred float32[2]");
  node.outputs[0] = new Value(graph, "right", type, { producer: node });
  node.outputs.push(new Value(graph, "surplus", type, { producer: node }));
  expect(check(graph)).toThrow("%surplus is float32[2], inferred nothing");
});

it("names the stage where inference refuses a node", () => {
  const { graph, x } = sample();
  graph.nodes.push(new Node(add.operator, "Half", [x], (graph.nodes[0] as Node).attributes));
  expect(check(graph)).toThrow('graph after a test: Add "Half" (float32[2]): expected 2 inputs, received 1');
});
