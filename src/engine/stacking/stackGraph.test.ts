import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import { Graph, type Value } from "../graph/graph.js";
import { verify } from "../graph/verify.js";
import { add } from "../ops/add.js";
import { cumSum } from "../ops/cumSum.js";
import { exp } from "../ops/exp.js";
import { matMul } from "../ops/matMul.js";
import { reduceSum } from "../ops/reduceSum.js";
import { relu } from "../ops/relu.js";
import { scan } from "../ops/scan/scan.js";
import { slice } from "../ops/slice.js";
import { operatorFor } from "../ops/table.js";
import { isFloat } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import { testRuntime } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { goldenCases } from "../testing/goldenCases.js";
import { goldenTensor } from "../testing/goldenTensor.js";
import { attributesOf, type OperatorCase } from "../testing/operatorGolden.js";
import { stackGraph } from "./stackGraph.js";

const members = 2;
const cases = readdirSync(new URL("../../../goldens/operators/", import.meta.url), { recursive: true })
  .map((file) => String(file).replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".json"))
  .flatMap((file) => goldenCases<OperatorCase>(`operators/${file.slice(0, -".json".length)}`));

interface Built {
  readonly golden: OperatorCase;
  readonly outputs: readonly string[];
}

/** Every golden case in one graph, its gradients too; inputs are named by whether members have their own. */
function whole(): { graph: Graph; feeds: Record<string, Tensor>; built: Built[] } {
  const graph = new Graph();
  const feeds: Record<string, Tensor> = {};
  const built: Built[] = [];
  for (const [index, golden] of cases.entries()) {
    const varying = patterns[index % patterns.length] as (place: number) => boolean;
    const values = tried(() => graph.draft(() => emitCase(graph, {}, golden, varying)));
    // What cannot be built on its own is for the operators' own tests.
    if (values === undefined) continue;
    const outputs = emitCase(graph, feeds, golden, varying).map((value) => {
      const name = `result ${graph.outputs.length}`;
      graph.output(name, value);
      return name;
    });
    built.push({ golden, outputs });
  }
  return { graph, feeds, built };
}

function tried<T>(build: () => T): T | undefined {
  try {
    return build();
  } catch {
    return undefined;
  }
}

function emitCase(
  graph: Graph,
  feeds: Record<string, Tensor>,
  golden: OperatorCase,
  varying: (place: number) => boolean,
): Value[] {
  const operator = operatorFor("", golden.operator);
  if (operator === undefined) throw new Error("not ours");
  const floats: Value[] = [];
  const inputs = golden.inputs.map((input, place) => {
    if (input === null) return undefined;
    const tensor = goldenTensor(input);
    if (!isFloat(tensor.dtype) && golden.inputGradients.some((other) => other !== null)) {
      return graph.constant(tensor);
    }
    const value = graph.bodyInput(varying(place) ? "own" : "same", tensor);
    feeds[value.name] = tensor;
    if (golden.inputGradients[place] != null) floats.push(value);
    return value;
  });
  const outputs = graph.emit(operator, inputs, attributesOf(golden)).slice(0, golden.outputs.length);
  const first = outputs[0] as Value;
  const slopes = floats.length > 0 && isFloat(first.dtype) ? gradients(first, floats) : [];
  return [...outputs, ...slopes];
}

/** Elements moved along, so that each member has others of the same kind. */
function moved(tensor: Tensor, by: number): Tensor {
  const copy = tensor.clone();
  for (let i = 0; i < copy.size; i++) copy.data[i] = tensor.data[(i + by) % copy.size] as never;
  return copy;
}

function stackedTensor(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors as [Tensor];
  const all = Tensor.zeros([tensors.length, ...first.shape], first.dtype);
  tensors.forEach((tensor, member) => {
    all.data.set(tensor.data as never, member * first.size);
  });
  return all;
}

function mapped(
  feeds: Readonly<Record<string, Tensor>>,
  change: (name: string, tensor: Tensor) => Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(feeds).map(([name, x]) => [name, change(name, x)]));
}

async function runEach(graph: Graph, all: readonly Readonly<Record<string, Tensor>>[]) {
  const program = await testRuntime().compile(graph, { lower: false });
  const results: Readonly<Record<string, Tensor>>[] = [];
  try {
    for (const feeds of all) results.push(await program.run(feeds));
    return results;
  } finally {
    await program.dispose();
  }
}

/** Of every three cases one has members that differ in every input, in the first, and in all but the first. */
const patterns = [() => true, (place: number) => place === 0, (place: number) => place > 0];
const varies = (name: string): boolean => name.startsWith("own");

it("computes for each member what the graph of one computes, for every operator and its gradients", async () => {
  const { graph, feeds, built } = whole();
  expect(built.length).toBeGreaterThan(300);
  const own = Array.from({ length: members }, (_none, member) =>
    mapped(feeds, (name, x) => (varies(name) ? moved(x, member) : x)),
  );
  const singly = await runEach(graph, own);
  const all = mapped(feeds, (name, x) =>
    varies(name) ? stackedTensor(own.map((each) => each[name] as Tensor)) : x,
  );
  const stacked = stackGraph(graph, { members, varies });
  verify(stacked, "stacking");
  const [together = {}] = await runEach(stacked, [all]);
  for (const { golden, outputs } of built) {
    for (const name of outputs) {
      const wanted = stackedTensor(singly.map((results) => results[name] as Tensor));
      try {
        // What cancels out leaves the rounding of larger numbers, in an order of its own.
        expectClose(together[name] as Tensor, wanted, { absolute: 2e-6 });
      } catch (error) {
        expect.fail(`${golden.name}: ${name}: ${(error as Error).message}`);
      }
    }
  }
});

describe("how members are computed", () => {
  const typesOf = (build: (x: Value, w: Value) => Value): string[] => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [4, 3] });
    const w = graph.input("w", { dtype: "float32", shape: [3, 2] });
    graph.output("y", build(x, w));
    const stacked = stackGraph(graph, { members: 5, varies: (name) => name === "w" });
    expect(stacked.outputs[0]?.value.shape[0]).toBe(5);
    return stacked.nodes.map(({ operator }) => operator.type);
  };

  it("makes one product of all members' products", () => {
    expect(typesOf((x, w) => relu(matMul(x, w)))).toEqual(["MatMul", "Relu"]);
  });

  it("computes once what is the same for all", () => {
    expect(typesOf((x, w) => add(matMul(exp(x), w), reduceSum(x)))).toEqual([
      "Exp",
      "MatMul",
      "ReduceSum",
      "Add",
    ]);
  });

  it("takes in turn what has no form for all", () => {
    const types = typesOf((x, w) => cumSum(matMul(x, w), { axis: 0 }));
    expect(types.filter((type) => type === "CumSum")).toHaveLength(5);
  });

  it("refuses loops", () => {
    const loop = (x: Value, w: Value): Value =>
      scan({
        states: [slice(w, { starts: [0], ends: [1], axes: [0] })],
        sequences: [x],
        body: ([state], [row]) => ({ states: [add(state as Value, reduceSum(row as Value))], outputs: [] }),
      }).states[0] as Value;
    expect(() => typesOf(loop)).toThrow(
      /Scan ".*" has a graph of its own and cannot be computed for several members at once\./,
    );
  });
});
