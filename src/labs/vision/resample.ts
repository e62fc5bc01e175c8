import { Graph } from "../../engine/graph/graph.js";
import { resize } from "../../engine/ops/resize.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { type ImageSize, type Planes, sizeOfPlanes } from "./pixels.js";

/** An image at another size: cubic interpolation, with a low-pass in front where it gets smaller. */
export async function resample(
  planes: Planes,
  { height, width }: ImageSize,
  runtime: Runtime,
): Promise<Planes> {
  const size = sizeOfPlanes(planes);
  if (size.height === height && size.width === width) return planes.clone();
  const graph = new Graph();
  const input = graph.input("planes", { dtype: "float32", shape: planes.shape });
  const smaller = height < size.height || width < size.width;
  graph.output("resized", resize(input, { sizes: [1, 3, height, width], mode: "cubic", antialias: smaller }));
  const program = await runtime.compile(graph);
  try {
    const { resized } = await program.run({ planes });
    return resized as Planes;
  } finally {
    await program.dispose();
  }
}
