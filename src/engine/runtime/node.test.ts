import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { Graph, type Value } from "../graph/graph.js";
import { printGraph } from "../graph/print.js";
import { lower } from "../lowering/lower.js";
import { add } from "../ops/add.js";
import { exp } from "../ops/exp.js";
import { mul } from "../ops/mul.js";
import { reduceSum } from "../ops/reduceSum.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { nodeRuntime } from "./node.js";
import type { Runtime } from "./runtime.js";

const opened: Runtime[] = [];

function runtime(): Runtime {
  const made = nodeRuntime({ threads: 1 });
  opened.push(made);
  return made;
}

afterEach(async () => {
  for (const made of opened.splice(0)) await made.dispose();
});

/** next = state · 2 + x */
function stepGraph(): Graph {
  const graph = new Graph();
  const state = graph.input("state", { dtype: "float32", shape: [2] });
  const x = graph.input("x", { dtype: "float32", shape: [2] });
  graph.output("next", add(mul(state, 2), x));
  return graph;
}

it("runs a graph", async () => {
  const program = await runtime().compile(stepGraph());
  const { next } = await program.run({ state: tensor([1, 2]), x: tensor([10, 20]) });
  expect(next?.toArray()).toEqual([12, 24]);
  expect(program.inputNames).toEqual(["state", "x"]);
  expect(program.outputNames).toEqual(["next"]);
});

it("writes outputs into given tensors, so that two buffers can take turns", async () => {
  const program = await runtime().compile(stepGraph());
  const x = tensor([1, 1]);
  let [current, spare] = [tensor([0, 1]), Tensor.zeros([2])] as [Tensor, Tensor];
  for (let step = 0; step < 3; step++) {
    const { next } = await program.run({ state: current, x }, { next: spare });
    expect(next).toBe(spare);
    [current, spare] = [spare, current];
  }
  expect(current.toArray()).toEqual([7, 15]);
});

it("shares a session among equal graphs and frees it with its last program", async () => {
  const made = runtime();
  const [first, second] = await Promise.all([made.compile(stepGraph()), made.compile(stepGraph())]);
  expect(made.liveSessions).toBe(1);
  await first?.dispose();
  await first?.dispose();
  expect(made.liveSessions).toBe(1);
  expect((await second?.run({ state: tensor([1, 1]), x: tensor([0, 0]) }))?.next?.toArray()).toEqual([2, 2]);
  await second?.dispose();
  expect(made.liveSessions).toBe(0);
  await expect(second?.run({})).rejects.toThrow("the program was disposed and cannot run");
});

it("lowers what it compiles for its own device, unless told not to, and leaves the graph as it is", async () => {
  const made = runtime();
  const graph = stepGraph();
  const next = graph.outputs[0]?.value as Value;
  graph.output("same", mul(add(next, 0), 1));
  const before = printGraph(graph);
  const lowered = await made.compile(graph);
  expect(printGraph(graph)).toBe(before);
  await made.compile(lower(graph, made.device), { lower: false });
  expect(made.liveSessions).toBe(1);
  await made.compile(lower(graph, made.device));
  expect(made.liveSessions).toBe(1);
  const asItStands = await made.compile(graph, { lower: false });
  expect(made.liveSessions).toBe(2);
  const feeds = { state: tensor([1, 2]), x: tensor([10, 20]) };
  for (const program of [lowered, asItStands]) {
    const results = await program.run(feeds);
    expect([results.next?.toArray(), results.same?.toArray()]).toEqual([
      [12, 24],
      [12, 24],
    ]);
  }
});

it("keeps the inputs that lowering finds no use for", async () => {
  const graph = stepGraph();
  graph.input("unused", { dtype: "float32", shape: [1] });
  const program = await runtime().compile(graph);
  expect(program.inputNames).toEqual(["state", "x", "unused"]);
});

it("names the input that is missing, unknown or of another type", async () => {
  const program = await runtime().compile(stepGraph());
  const state = tensor([1, 2]);
  await expect(program.run({ state })).rejects.toThrow('input "x": expected float32[2], received nothing');
  await expect(program.run({ state, x: tensor([1, 2, 3]) })).rejects.toThrow(
    'input "x": expected float32[2], received float32[3]',
  );
  await expect(program.run({ state, x: tensor([1, 2], { dtype: "int32" }) })).rejects.toThrow(
    "received int32[2]",
  );
  await expect(program.run({ state, x: state, y: state })).rejects.toThrow('unknown input "y"');
  await expect(program.run({ state, x: state }, { out: state })).rejects.toThrow('unknown output "out"');
});

it("says that ONNX Runtime refused a graph, and keeps no session of it", async () => {
  const made = runtime();
  const graph = new Graph();
  const x = graph.input("x", { dtype: "bool", shape: [1] });
  const operator = { ...mul.operator, type: "NoSuchOperator", infer: () => [x.type] };
  graph.output("y", graph.emit(operator, [x, x])[0] as typeof x);
  await expect(made.compile(graph)).rejects.toThrow(
    /ONNX Runtime refused the graph: .*In Node, \("NoSuchOperator".*No Op registered/,
  );
  expect(made.liveSessions).toBe(0);
});

it("writes a profile that names the operators", async () => {
  const folder = mkdtempSync(join(tmpdir(), "imago-profile-"));
  try {
    const program = await runtime().compile(stepGraph(), { profile: join(folder, "step") });
    await program.run({ state: tensor([1, 2]), x: tensor([1, 2]) });
    await program.dispose();
    const [file] = readdirSync(folder);
    const profile = readFileSync(join(folder, file as string), "utf8");
    for (const name of ["Mul", "Add"]) expect(profile).toContain(`${name}_kernel_time`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("refuses unknown options and impossible thread counts", async () => {
  expect(() => nodeRuntime({ thread: 2 } as object)).toThrow('Did you mean "threads"?');
  expect(() => nodeRuntime({ threads: -1 })).toThrow("threads must be a whole number from 0");
  const made = runtime();
  await expect(made.compile(stepGraph(), { lowr: false } as object)).rejects.toThrow('Did you mean "lower"?');
  await expect(made.compile(stepGraph(), { threads: 0.5 })).rejects.toThrow("compile: threads must be");
});

it("keeps sessions and memory bounded over 10,000 steps", async () => {
  const made = runtime();
  const program = await made.compile(stepGraph());
  let [current, spare] = [tensor([0, 0]), Tensor.zeros([2])] as [Tensor, Tensor];
  const x = tensor([0, 0]);
  const step = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await program.run({ state: current, x }, { next: spare });
      [current, spare] = [spare, current];
    }
  };
  await step(2000);
  const before = process.memoryUsage().rss;
  await step(10000);
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  expect(grown).toBeLessThan(64);
  expect(made.liveSessions).toBe(1);
});

it("holds no file of a large model beside its session, nor takes the model's own tensors", async () => {
  const megabytes = 48;
  const large = Tensor.full([megabytes * 2 ** 18], 3);
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [1] });
  graph.output("y", mul(x, large));
  const made = runtime();
  await made.compile(stepGraph());
  const before = process.memoryUsage().arrayBuffers;
  const program = await made.compile(graph);
  expect((process.memoryUsage().arrayBuffers - before) / 2 ** 20).toBeLessThan(megabytes / 4);
  expect(large.data).toHaveLength(megabytes * 2 ** 18);
  const again = await made.compile(graph);
  expect(made.liveSessions).toBe(2);
  for (const each of [program, again]) {
    const { y } = await each.run({ x: tensor([2]) });
    expect(y?.data.every((value) => value === 6)).toBe(true);
  }
});

it("says that channels come in blocks on x64", async () => {
  const made = runtime();
  expect(made.device).toEqual({ channelBlocks: process.arch === "x64", ownKernels: true });
  await made.compile(stepGraph());
  expect(typeof made.device.namedBlocks).toBe("boolean");
  const plain = nodeRuntime({ threads: 1, blocks: false });
  opened.push(plain);
  await plain.compile(stepGraph());
  expect(plain.device.namedBlocks).toBe(false);
});

it("refuses a graph whose operators declare what is not so, where types are strict", async () => {
  const wrong = { ...exp.operator, infer: () => [{ dtype: "float32" as const, shape: [3] }] };
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2] });
  const [between] = graph.emit(wrong, [x]);
  graph.output("y", reduceSum(between as Value));
  const strict = nodeRuntime({ threads: 1, strictTypes: true });
  opened.push(strict);
  await expect(strict.compile(graph)).rejects.toThrow(
    /ONNX Runtime refused the graph: .*Inferred=2 Declared=3/,
  );
  const program = await runtime().compile(graph);
  expect((await program.run({ x: tensor([0, 0]) })).y?.toArray()).toBe(2);
});
