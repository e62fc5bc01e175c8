import { cut } from "../../engine/graph/cut.js";
import { Graph } from "../../engine/graph/graph.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Planes } from "../../vision/pixels.js";
import type { Objective } from "./descent.js";
import { readLosses, type StyleLosses } from "./objective.js";

/** The losses of a picture before anything is done to it. */
export async function startLosses(
  objective: Objective,
  image: Planes,
  runtime: Runtime,
): Promise<StyleLosses> {
  const graph = new Graph();
  const pixels = graph.input("pixels", { dtype: "float32", shape: image.shape });
  const { parts } = objective(graph, pixels);
  const program = await runtime.compile(cut(graph, { outputs: [{ name: "parts", value: parts }] }).graph);
  try {
    const { parts: found } = await program.run({ pixels: image });
    return readLosses(found as Tensor);
  } finally {
    await program.dispose();
  }
}
