import { MessageChannel } from "node:worker_threads";
import type { Graph } from "../graph/graph.js";
import type { Tensor } from "../tensor/tensor.js";

/** From so many bytes on, a model's file is not left to the garbage collector, which may come late. */
export const largeFile = 2 ** 22;

/**
 * The memory of large constants that lowering made, such as transformed weights: the model's file has them now, and ONNX Runtime is
 * about to make two more copies.
 */
export function madeByLowering(given: Graph, lowered: Graph): ArrayBuffer[] {
  const kept = new Set(allConstants(given).map(({ data }) => data.buffer));
  const made = lowered.constants.flatMap(({ constant }) => constant ?? []);
  const large = made.filter(({ byteLength, data }) => byteLength >= largeFile && !kept.has(data.buffer));
  return [...new Set(large.map(({ data }) => data.buffer as ArrayBuffer))];
}

/** The constants of a graph and of all bodies in it. */
function allConstants({ constants, nodes }: Graph): Tensor[] {
  return [
    ...constants.flatMap(({ constant }) => constant ?? []),
    ...nodes.flatMap(({ attributes }) => attributes.graphs().flatMap(allConstants)),
  ];
}

/** Frees a buffer that nobody will read again: as a message to a closed port it has no owner any more. */
export async function giveBack(buffer: ArrayBuffer): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(undefined, [buffer]);
  port1.close();
  await new Promise((resolve) => setImmediate(resolve));
}
