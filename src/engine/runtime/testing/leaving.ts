import { Graph } from "../../graph/graph.js";
import { matMul } from "../../ops/matMul.js";
import { Tensor } from "../../tensor/tensor.js";
import { nodeRuntime } from "../node.js";

// A program that leaves while parts are computed, for a test of its exit code.

const size = 384;
const runtime = nodeRuntime({ threads: 2 });
const graph = new Graph();
const x = graph.input("x", { dtype: "float32", shape: [size, size] });
let product = x;
for (let times = 0; times < 8; times++) product = matMul(product, x);
graph.output("y", product);
const parts = Array.from({ length: 8 }, () => graph);
const program = await runtime.parts?.compile(parts, () => false);
setTimeout(() => process.exit(3), 20);
for (;;)
  await program?.run(
    {},
    parts.map(() => ({ x: Tensor.zeros([size, size]) })),
  );
