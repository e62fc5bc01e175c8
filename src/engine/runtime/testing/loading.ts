import { Graph } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { tensor } from "../../tensor/tensor.js";
import { nodeRuntime } from "../node.js";

// A process that computes something, as any that uses the library.
const graph = new Graph();
const x = graph.input("x", { dtype: "float32", shape: [2] });
graph.output("y", add(x, x));
const program = await nodeRuntime().compile(graph);
await program.run({ x: tensor([1, 2], { dtype: "float32" }) });
await program.dispose();
