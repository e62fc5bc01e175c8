import { encode, type ProtoRecord } from "../proto/encode.js";
import { modelProto } from "../proto/schema.js";

/** Sizes, and names of open ones. */
type Dims = readonly (number | string)[];
const dim = (dims: Dims): ProtoRecord[] =>
  dims.map((size): ProtoRecord => (typeof size === "string" ? { dimParam: size } : { dimValue: size }));
export const info = (name: string, dims?: Dims, elemType = 1): ProtoRecord => ({
  name,
  type: { tensorType: { elemType, ...(dims === undefined ? {} : { shape: { dim: dim(dims) } }) } },
});
export const node = (
  opType: string,
  input: string[],
  output: string[],
  attribute: ProtoRecord[] = [],
  more: ProtoRecord = {},
): ProtoRecord => ({ opType, input, output, attribute, ...more });
export const ints64 = (name: string, values: number[]): ProtoRecord => ({
  name,
  dims: [values.length],
  dataType: 7,
  int64Data: values,
});

/** A file of another producer with input x and output y, float32. */
export function foreign(
  parts: {
    nodes?: ProtoRecord[];
    initializer?: ProtoRecord[];
    input?: ProtoRecord[];
    output?: ProtoRecord[];
    opset?: number;
    graph?: ProtoRecord;
    model?: ProtoRecord;
  } = {},
): Uint8Array {
  return encode(modelProto, {
    irVersion: 8,
    producerName: "test",
    opsetImport: [{ domain: "", version: parts.opset ?? 17 }],
    graph: {
      node: parts.nodes ?? [node("Relu", ["x"], ["y"])],
      name: "g",
      initializer: parts.initializer ?? [],
      input: parts.input ?? [info("x", [2, 3])],
      output: parts.output ?? [info("y", [2, 3])],
      ...parts.graph,
    },
    ...parts.model,
  });
}
