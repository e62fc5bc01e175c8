import type {
  AttributeRecord,
  NodeRecord,
  TensorRecord,
  ValueInfoRecord,
} from "../../../engine/onnx/proto/records.js";

/** Numbers of ONNX's element types (TensorProto.DataType). */
export const elementTypes = { float32: 1, int64: 7, string: 8, float64: 11 } as const;

/** Numbers of ONNX's kinds of attributes (AttributeProto.AttributeType). */
const attributeTypes = { float: 1, int: 2, floats: 6, strings: 8 } as const;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a file says of an input or output; `null` is the open batch. */
export function described(
  name: string,
  elemType: number,
  shape: readonly (number | null)[],
): ValueInfoRecord {
  const dim = shape.map((size) => (size === null ? { dimParam: "batch" } : { dimValue: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

export function texts(name: string, dims: readonly number[], values: readonly string[]): TensorRecord {
  return { name, dims, dataType: elementTypes.string, stringData: values.map(bytesOf) };
}

export function doubles(name: string, dims: readonly number[], values: readonly number[]): TensorRecord {
  return { name, dims, dataType: elementTypes.float64, doubleData: values };
}

export function singles(name: string, dims: readonly number[], values: readonly number[]): TensorRecord {
  return { name, dims, dataType: elementTypes.float32, floatData: values };
}

export function wholes(name: string, dims: readonly number[], values: readonly number[]): TensorRecord {
  return { name, dims, dataType: elementTypes.int64, int64Data: values.map(BigInt) };
}

export const int = (name: string, i: number): AttributeRecord => ({ name, i, type: attributeTypes.int });
export const float = (name: string, f: number): AttributeRecord => ({ name, f, type: attributeTypes.float });
export const floats = (name: string, values: readonly number[]): AttributeRecord => ({
  name,
  floats: values,
  type: attributeTypes.floats,
});
export const strings = (name: string, values: readonly string[]): AttributeRecord => ({
  name,
  strings: values.map(bytesOf),
  type: attributeTypes.strings,
});

/** One node with one output, by whose name it is called. */
export function node(
  opType: string,
  input: readonly string[],
  output: string,
  attribute: readonly AttributeRecord[] = [],
  domain = "",
): NodeRecord {
  return { opType, input, output: [output], name: output, attribute, domain };
}
