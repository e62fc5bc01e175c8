import { Graph } from "../engine/graph/graph.js";
import { resize } from "../engine/ops/resize.js";
import type { Runtime } from "../engine/runtime/runtime.js";
import { type ImageSize, type Planes, sizeOfPlanes } from "./pixels.js";

/**
 * An image at another size: cubic interpolation with Keys' coefficient of -0.5, which keeps a ramp a ramp, and a
 * low-pass in front where it gets smaller. (Keys, "Cubic Convolution Interpolation for Digital Image Processing",
 * 1981.)
 */
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
  const options = { mode: "cubic", cubicCoeffA: -0.5, antialias: smaller } as const;
  graph.output("resized", resize(input, { ...options, sizes: [1, 3, height, width] }));
  const program = await runtime.compile(graph);
  try {
    const { resized } = await program.run({ planes });
    return resized as Planes;
  } finally {
    await program.dispose();
  }
}
