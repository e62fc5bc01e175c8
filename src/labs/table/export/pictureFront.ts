import { ImagoError } from "../../../engine/errors.js";
import { decode } from "../../../engine/onnx/proto/decode.js";
import type { GraphRecord, ModelRecord, NodeRecord } from "../../../engine/onnx/proto/records.js";
import { modelProto } from "../../../engine/onnx/proto/schema.js";
import type { PictureColumn } from "../table.js";
import type { FrontPart } from "./columnFront.js";
import { described, elementTypes, int, node } from "./records.js";

/**
 * Features of pictures that come as numbers: an input float64 `[batch, features]`, NaN where there is no picture.
 */
export const featureFront = ({ name, features }: PictureColumn): FrontPart => ({
  input: described(name, elementTypes.float64, [null, features]),
  nodes: [],
  constants: [],
  code: name,
});

/**
 * A network in front of the matrix that finds features in pictures: its input under the column's name, all else of it under names of its own.
 *
 * @param bytes an ONNX model with one input, pixels `[batch, height, width, 3]`, and one output, `[batch, features]`
 * @throws ImagoError on a network of another form
 */
export function pictureFront(column: PictureColumn, at: string, bytes: Uint8Array): FrontPart {
  const model: ModelRecord = decode(modelProto, bytes, `the network of ${column.name}`);
  const graph: GraphRecord = model.graph ?? {};
  const constants = graph.initializer ?? [];
  const known = new Set(constants.map(({ name }) => name));
  const [input, ...others] = (graph.input ?? []).filter(({ name }) => !known.has(name));
  const [output, ...more] = graph.output ?? [];
  if (input?.name === undefined || output?.name === undefined || others.length + more.length > 0) {
    throw new ImagoError(`tableOnnx: the network for pictures must have one input and one output.`);
  }
  const own = (name: string): string =>
    name === "" ? "" : name === input.name ? column.name : `${at}/${name}`;
  const nodes = (graph.node ?? []).map(
    (one: NodeRecord): NodeRecord => ({
      ...one,
      name: own(one.name ?? ""),
      input: (one.input ?? []).map(own),
      output: (one.output ?? []).map(own),
    }),
  );
  return {
    input: { ...input, name: column.name },
    constants: constants.map((one) => ({ ...one, name: own(one.name ?? "") })),
    nodes: [
      ...nodes,
      node("Cast", [own(output.name)], `${at}/features in float64`, [int("to", elementTypes.float64)]),
    ],
    code: `${at}/features in float64`,
  };
}
