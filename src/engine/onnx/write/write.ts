import { ImagoError } from "../../errors.js";
import type { Attribute } from "../../graph/attributes.js";
import { graphField } from "../../graph/fields.js";
import type { Graph, Node, Value } from "../../graph/graph.js";
import { elementTypeOf } from "../../ops/define/elementType.js";
import {
  accepting,
  byName,
  type FieldsOf,
  flag,
  list,
  oneOf,
  optional,
  readOptions,
  text,
} from "../../options.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor, TensorType } from "../../tensor/tensor.js";
import { encode, type FieldValue, type ProtoRecord } from "../proto/encode.js";
import type { ModelRecord } from "../proto/records.js";
import { attributeTypes, modelProto } from "../proto/schema.js";
import { narrowWeights } from "./narrowWeights.js";

/** The version of the standard operators that Imago emits. */
export const opsetVersion = 21;
/** How files name who made them. */
export const producerName = "imago";
/** The version of the file format that goes with it. */
export const irVersion = 10;

/** Versions of the other operator domains, written only where a graph uses them. */
const domainVersions: Readonly<Record<string, number>> = { "com.microsoft": 1, "com.microsoft.nchwc": 1 };

export interface WriteOptions {
  /** Key-value pairs stored in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Sizes to declare open, by the name of an input or output: `{ x: ["batch", 3] }`. */
  readonly openDimensions?: Readonly<Record<string, readonly (string | number)[]>>;
  /** Also declare the types of the values inside, as `onnx.shape_inference` does, for programs that look. Default: false. */
  readonly declareValues?: boolean;
  /**
   * How the file keeps the graph's float32 constants of 16 elements and more: `"float16"` in half precision, each with a
   * Cast back to float32, so that the file is about half as large. A constant stays as it is where an element is not
   * finite or larger than 65504, which half precision does not hold. Default: `"float32"`.
   */
  readonly weights?: WeightPrecision;
}

/** How a file keeps weights. */
export type WeightPrecision = "float32" | "float16";

export const weightsField = oneOf<WeightPrecision>(["float32", "float16"], "float32", {
  help: "keep weights as float32, or as float16 for a file half as large",
  unit: "type",
});

const size = accepting(
  "a number or a name",
  (value): value is string | number => typeof value === "string" || typeof value === "number",
);

const fields = {
  metadata: optional(byName(text(), "texts by their keys")),
  openDimensions: optional(
    byName(list(size, "an array of sizes"), "sizes by the name of an input or output"),
  ),
  declareValues: flag(false),
  weights: weightsField,
} satisfies FieldsOf<WriteOptions>;

/**
 * The bytes of a `.onnx` file (ModelProto) for a graph. The same graph gives the same bytes.
 *
 * @throws when an output has the name of an input, or open sizes fit no input or output
 */
export function writeModel(graph: Graph, options: WriteOptions = {}): Uint8Array {
  graphField.read("writeModel", "graph", graph);
  const {
    metadata = {},
    openDimensions = {},
    weights,
    declareValues,
  } = readOptions("writeModel", options, fields);
  return encodeModel(modelRecord(graph, { metadata, openDimensions, declareValues }), weights);
}

/** The bytes of a model, with its weights as they are wanted. */
export function encodeModel(model: ModelRecord, weights: WeightPrecision = "float32"): Uint8Array {
  const { graph } = model;
  const written =
    weights === "float32" || graph === undefined ? model : { ...model, graph: narrowWeights(graph) };
  return encode(modelProto, written as ProtoRecord);
}

/** What {@link writeModel} writes, before it becomes bytes. */
export function modelRecord(graph: Graph, options: WriteOptions): ModelRecord {
  checkOpenDimensions(graph, options.openDimensions ?? {});
  const domains = new Set<string>();
  collectDomains(graph, domains);
  const open = options.openDimensions ?? {};
  const metadata = Object.entries(options.metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    irVersion,
    producerName,
    graph: {
      ...graphRecord(graph, "imago", new Map(), open),
      ...(options.declareValues === true ? { valueInfo: declaredValues(graph) } : {}),
    },
    opsetImport: [
      { domain: "", version: opsetVersion },
      ...[...domains].sort().map((domain) => ({ domain, version: domainVersions[domain] ?? 1 })),
    ],
    metadataProps: metadata.map(([key, value]) => ({ key, value })),
  };
}

function checkOpenDimensions(graph: Graph, open: NonNullable<WriteOptions["openDimensions"]>): void {
  const types = new Map([
    ...graph.inputs.map(({ name, type }) => [name, type] as const),
    ...graph.outputs.map(({ name, value }) => [name, value.type] as const),
  ]);
  for (const [name, sizes] of Object.entries(open)) {
    const shape = types.get(name)?.shape;
    const fits =
      shape?.length === sizes.length &&
      sizes.every((size, axis) => typeof size === "string" || size === shape[axis]);
    if (fits) continue;
    const declared =
      shape === undefined ? "no input or output has that name" : `its shape is ${formatShape(shape)}`;
    throw new ImagoError(`openDimensions: "${name}" is given as [${sizes.join(", ")}], but ${declared}`);
  }
}

/** The types of the values between inputs and outputs. */
function declaredValues(graph: Graph): ProtoRecord[] {
  const names: Names = new Map();
  nameOutputs(graph, names);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const used = usedIn(graph);
  return graph.nodes
    .flatMap((node) => writtenOutputs(node, used))
    .map((value) => valueInfo(names.get(value) ?? value.name, value.type))
    .filter(({ name }) => !outputs.has(String(name)));
}

function usedIn(graph: Graph): Set<Value> {
  const used = new Set(graph.nodes.flatMap((node) => node.dependencies));
  for (const { value } of graph.outputs) used.add(value);
  return used;
}

function collectDomains(graph: Graph, into: Set<string>): void {
  for (const node of graph.nodes) {
    if (node.operator.domain !== "") into.add(node.operator.domain);
    for (const body of node.attributes.graphs()) collectDomains(body, into);
  }
}

type Names = Map<Value, string>;

function graphRecord(
  graph: Graph,
  name: string,
  outer: ReadonlyMap<Value, string>,
  open: Readonly<Record<string, readonly (string | number)[]>>,
): ProtoRecord {
  const names: Names = new Map(outer);
  const aliases = nameOutputs(graph, names);
  const named = (value: Value): string => names.get(value) ?? value.name;
  const used = usedIn(graph);
  const nodes = graph.nodes.map((node) =>
    nodeRecord(node, writtenOutputs(node, used).map(named), named, names),
  );
  const identities = aliases.map(([from, to]) => ({
    input: [named(from)],
    output: [to],
    opType: "Identity",
  }));
  return {
    node: [...nodes, ...identities],
    name,
    initializer: graph.constants.map((value) => tensorRecord(value.constant as Tensor, named(value))),
    input: graph.inputs.map((value) => valueInfo(value.name, value.type, open[value.name])),
    output: graph.outputs.map((output) => valueInfo(output.name, output.value.type, open[output.name])),
  };
}

/**
 * Gives results of nodes the names of the outputs they are. What is no result of this graph's nodes, or
 * is an output already, needs an Identity: those are returned.
 */
function nameOutputs(graph: Graph, names: Names): [Value, string][] {
  const aliases: [Value, string][] = [];
  for (const { name, value } of graph.outputs) {
    if (value.graph === graph && value.producer !== undefined && !names.has(value)) names.set(value, name);
    else aliases.push([value, name]);
  }
  giveWay(graph, names);
  return aliases;
}

/** Renames constants and results that have the name of an output they are not. */
function giveWay(graph: Graph, names: Names): void {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const input = graph.inputs.find(({ name }) => outputs.has(name));
  if (input !== undefined)
    throw new ImagoError(`output "${input.name}": an input of the graph has that name`);
  const values = [...graph.constants, ...graph.nodes.flatMap((node) => node.outputs)];
  const taken = new Set([...outputs, ...values.map(({ name }) => name)]);
  for (const value of values) {
    if (names.has(value) || !outputs.has(value.name)) continue;
    let name = `${value.name}~`;
    while (taken.has(name)) name += "~";
    taken.add(name);
    names.set(value, name);
  }
}

/** The outputs but for optional ones at the end that nothing uses: an operator can then be faster. */
function writtenOutputs({ operator, outputs }: Node, used: ReadonlySet<Value>): readonly Value[] {
  const last = outputs.findLastIndex((output) => used.has(output));
  return outputs.slice(0, Math.max(last + 1, outputs.length - operator.optionalOutputs));
}

function nodeRecord(
  node: Node,
  outputs: readonly string[],
  named: (value: Value) => string,
  names: Names,
): ProtoRecord {
  const { leftOut } = node.operator;
  return {
    input: node.inputs.map((input) => (input === undefined ? "" : named(input))),
    output: outputs.map((name, index) => (leftOut?.has(index) === true ? "" : name)),
    name: node.name,
    opType: node.operator.type,
    attribute: [...node.attributes].map(([name, attribute]) => attributeRecord(name, attribute, names)),
    ...(node.operator.domain === "" ? {} : { domain: node.operator.domain }),
  };
}

export function attributeRecord(name: string, attribute: Attribute, names: Names): ProtoRecord {
  return { name, ...attributeValue(name, attribute, names), type: attributeTypes[attribute.kind] };
}

const utf8 = new TextEncoder();

function attributeValue(name: string, attribute: Attribute, names: Names): ProtoRecord {
  switch (attribute.kind) {
    case "int":
      return { i: attribute.value };
    case "float":
      return { f: attribute.value };
    case "string":
      return { s: utf8.encode(attribute.value) };
    case "tensor":
      return { t: tensorRecord(attribute.value) };
    case "graph":
      return { g: graphRecord(attribute.value, name, names, {}) };
    case "ints":
      return { ints: attribute.value };
    case "floats":
      return { floats: attribute.value };
    case "strings":
      return { strings: attribute.value.map((text) => utf8.encode(text)) };
    case "tensors":
      return { tensors: attribute.value.map((tensor) => tensorRecord(tensor)) };
    case "graphs":
      return { graphs: attribute.value.map((graph) => graphRecord(graph, name, names, {})) };
  }
}

export function tensorRecord(tensor: Tensor, name?: string): ProtoRecord {
  return {
    dims: tensor.shape,
    dataType: elementTypeOf(tensor.dtype),
    ...(name === undefined ? {} : { name }),
    rawData: tensor.bytes,
  };
}

function valueInfo(name: string, type: TensorType, open?: readonly (string | number)[]): ProtoRecord {
  const dim = (open ?? type.shape).map(
    (size): FieldValue => (typeof size === "string" ? { dimParam: size } : { dimValue: size }),
  );
  return { name, type: { tensorType: { elemType: elementTypeOf(type.dtype), shape: { dim } } } };
}
