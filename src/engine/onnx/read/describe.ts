import { ImagoError } from "../../errors.js";
import { sizeOf } from "../../tensor/shape.js";
import { allNodes } from "../proto/bodiesOf.js";
import type { GraphRecord, ModelRecord, ValueInfoRecord } from "../proto/records.js";
import { readShape } from "./readTensor.js";
import { weightConstants } from "./weightConstants.js";

/** An input or output as a file declares it. */
export interface OnnxPort {
  readonly name: string;
  /** `float32`, `int64`, `float16`, …; empty where the file does not say. */
  readonly elementType: string;
  /** Sizes, the names of open ones, `undefined` for open ones without a name; absent: of any rank. */
  readonly sizes: readonly (number | string | undefined)[] | undefined;
}

/** What an ONNX file says about itself, whether or not Imago can compute it. */
export interface ModelDescription {
  readonly producer: string;
  readonly irVersion: number;
  /** Versions of the operators by their domain; the standard one is `""`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** How often each operator stands in the graph and its sub-graphs, the most frequent first. */
  readonly operators: readonly (readonly [type: string, count: number])[];
  /** How many numbers the initialisers hold, and those Constant nodes that stand where weights stand. */
  readonly parameters: number;
  /** Files beside the model in which it keeps tensors. */
  readonly externalFiles: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly documentation: string;
}

/** TensorProto.DataType. */
const elementNames: Readonly<Record<number, string>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  8: "string",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  16: "bfloat16",
};

/**
 * Describes a model from its decoded file.
 *
 * @throws ImagoError when there is no graph in it
 */
export function describeModel(record: ModelRecord): ModelDescription {
  const { graph } = record;
  if (graph === undefined) throw new ImagoError("there is no graph in it; it may be no ONNX model");
  const initializers = graph.initializer ?? [];
  const initialised = new Set(initializers.map(({ name }) => name));
  const locations = initializers.flatMap(({ externalData = [] }) =>
    externalData.filter(({ key }) => key === "location").map(({ value = "" }) => value),
  );
  return {
    producer: `${record.producerName ?? ""} ${record.producerVersion ?? ""}`.trim(),
    irVersion: Number(record.irVersion ?? 0),
    opsets: Object.fromEntries(
      (record.opsetImport ?? []).map(({ domain = "", version = 0 }) => [domain, Number(version)]),
    ),
    inputs: (graph.input ?? []).filter(({ name }) => !initialised.has(name)).map(port),
    outputs: (graph.output ?? []).map(port),
    operators: countOperators(graph),
    parameters: [...initializers, ...weightConstants(graph).values()]
      .map(({ dims = [], name = "" }) => sizeOf(readShape(dims, `initialiser "${name}"`)))
      .reduce((sum, size) => sum + size, 0),
    externalFiles: [...new Set(locations)],
    metadata: Object.fromEntries(
      (record.metadataProps ?? []).map(({ key = "", value = "" }) => [key, value]),
    ),
    documentation: record.docString ?? "",
  };
}

function port({ name = "", type }: ValueInfoRecord): OnnxPort {
  const tensor = type?.tensorType;
  const sizes = tensor?.shape === undefined ? undefined : (tensor.shape.dim ?? []);
  return {
    name,
    elementType: elementNames[tensor?.elemType ?? 0] ?? "",
    sizes: sizes?.map(({ dimParam, dimValue }) => {
      if (dimParam !== undefined && dimParam !== "") return dimParam;
      return dimValue === undefined || dimValue < 0 ? undefined : Number(dimValue);
    }),
  };
}

function countOperators(graph: GraphRecord): [string, number][] {
  const counts = new Map<string, number>();
  for (const { domain = "", opType = "" } of allNodes(graph.node ?? [])) {
    const type = domain === "" || domain === "ai.onnx" ? opType : `${domain}.${opType}`;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
