import type { Graph } from "../graph/graph.js";
import { encode, type ProtoRecord } from "../onnx/proto/encode.js";
import type { ModelRecord } from "../onnx/proto/records.js";
import { modelProto } from "../onnx/proto/schema.js";
import { sizeOf } from "../tensor/shape.js";

/**
 * onnxruntime-node (1.30) writes an output to the tensor that it is given for it, and then makes a copy of it all the same,
 * in a new buffer that nobody asked for. For the weights and slots of a training step that costs as much as the update
 * does. The copies are made after the run, output by output, and the first output that has no form in JavaScript ends
 * it with an error: so a model with large outputs is given a first output of that kind, an empty sequence.
 */
const stopName = "imago/uncopied";

/** What is fetched besides the outputs; ONNX Runtime allocates it. */
export const uncopiedFetch: Readonly<Record<string, null>> = { [stopName]: null };

/** From so many bytes of outputs on, copies cost more than the error (15 µs). */
const worthwhile = 2 ** 17;

/** Whether the outputs of a graph are large enough to be spared from copies. */
export function hasLargeOutputs(graph: Graph): boolean {
  return graph.outputs.reduce((bytes, { value }) => bytes + 4 * sizeOf(value.shape), 0) >= worthwhile;
}

/** The message TypeProto.Sequence of an element type float tensor. */
const sequenceOfFloats = Uint8Array.of(0x0a, 4, 0x0a, 2, 8, 1);

/** The bytes of a model whose outputs are not copied, if the error is let pass that {@link isUncopied} knows. */
export function writeUncopied(model: ModelRecord): Uint8Array {
  const graph = (model.graph ?? {}) as ProtoRecord;
  const stop = { opType: "SequenceEmpty", input: [], output: [stopName] };
  const output = { name: stopName, type: { sequenceType: sequenceOfFloats } };
  const stopped: ProtoRecord = {
    ...graph,
    node: [...((graph.node ?? []) as readonly ProtoRecord[]), stop],
    output: [output, ...((graph.output ?? []) as readonly ProtoRecord[])],
  };
  return encode(modelProto, { ...(model as ProtoRecord), graph: stopped });
}

/** Whether an error says no more than that the run is over and all outputs are written. */
export function isUncopied(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Non tensor type is temporarily not supported");
}
