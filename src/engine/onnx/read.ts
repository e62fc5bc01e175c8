import { checkOptions, ImagoError, nearest } from "../errors.js";
import { Graph, type Value } from "../graph/graph.js";
import type { Operator } from "../graph/operator.js";
import { operatorFor } from "../ops/table.js";
import { formatShape, type Shape } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor.js";
import { type DecodeOptions, decode } from "./decode.js";
import { newestOpset, oldestOpset } from "./normalize.js";
import { pruneGraph } from "./pruneGraph.js";
import { GraphReader } from "./readGraph.js";
import type { ExternalData } from "./readTensor.js";
import { readShape } from "./readTensor.js";
import { type DeclaredType, readType } from "./readType.js";
import type { GraphRecord, ModelRecord, ValueInfoRecord } from "./records.js";
import { modelProto } from "./schema.js";
import { producerName } from "./write.js";

export interface ReadOptions {
  /** What errors call the file. Default: `"model.onnx"`. */
  readonly name?: string | undefined;
  /** Whole shapes of inputs by name, for inputs with open sizes. */
  readonly inputShapes?: Readonly<Record<string, Shape>> | undefined;
  /** Open sizes by the names that the file gives them: `{ batch: 1 }`. */
  readonly dimensions?: Readonly<Record<string, number>> | undefined;
  /** Reads tensor data that lie in other files. Default: such a model is refused. */
  readonly externalData?: ExternalData | undefined;
  /**
   * Read only what these values (by their names in the file) depend on; they become the graph's outputs.
   * What stands behind them need not fit the given sizes, nor have operators that Imago knows. Default: all.
   */
  readonly outputs?: readonly string[] | undefined;
  /** Take `inputShapes` also where the file declares other sizes, as convolutions allow. Default: false. */
  readonly anySize?: boolean | undefined;
  /** Looks an operator up. Default: the operators that Imago defines. */
  readonly operatorFor?: ((domain: string, type: string) => Operator | undefined) | undefined;
}

/** An ONNX file as a graph at concrete shapes, and what else the file says. */
export interface ImportedModel {
  readonly graph: Graph;
  /** Inputs, initialisers and results by their names in the file. */
  readonly values: ReadonlyMap<string, Value>;
  /** Inputs and outputs that the file declares with open sizes, in the form that `writeModel` takes. */
  readonly openDimensions: Readonly<Record<string, readonly (string | number)[]>>;
  /** The file's key-value pairs. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Version of the standard operators that the file was written in; the graph is in `opsetVersion`. */
  readonly opset: number;
  readonly irVersion: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly description: string;
}

/**
 * Reads a `.onnx` file (ModelProto).
 *
 * Every shape of the graph is concrete: sizes that the file leaves open are taken from the options.
 * Operators of opsets 7 to 24 are brought to opset 21. Nodes that only compute shapes become constants,
 * as does what depends on integer constants only. Initialisers become constants of their names. Reading
 * what `writeModel` wrote and writing it again gives the same bytes.
 *
 * @throws ImagoError when the bytes are no ONNX model, are truncated or altered, when a size is open and
 * not given, or when the model uses an operator or element type that Imago has not; it names the node
 */
export function readModel(file: Uint8Array | ParsedModel, options: ReadOptions = {}): ImportedModel {
  const known = ["name", "inputShapes", "dimensions", "externalData", "outputs", "anySize", "operatorFor"];
  checkOptions("readModel", options, known);
  const name = options.name ?? "model.onnx";
  const record: ModelRecord = file instanceof ParsedModel ? file.record : decodeModel(file, name);
  try {
    return readRecord(record, options, file instanceof ParsedModel);
  } catch (error) {
    if (error instanceof ImagoError) throw new ImagoError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A `.onnx` file taken apart, to be read at many sizes: all graphs share its tensors, and its bytes are not held. */
export class ParsedModel {
  /** What the bytes say. */
  readonly record: ModelRecord;

  /** @throws ImagoError when the bytes are no ONNX model, are truncated or altered */
  constructor(bytes: Uint8Array, name = "model.onnx") {
    this.record = decodeModel(bytes, name, { own: true });
  }
}

function decodeModel(bytes: Uint8Array, name: string, options?: DecodeOptions): ModelRecord {
  if (bytes.length === 0) throw new ImagoError(`${name}: the file is empty`);
  return decode(modelProto, bytes, name, options);
}

/** An input as a file declares it; a size is a name where it is open, `undefined` where nothing is said. */
export interface DeclaredInput {
  readonly name: string;
  readonly sizes: readonly (number | string | undefined)[] | undefined;
}

/** The inputs that a `.onnx` file wants fed, whatever their sizes. Throws as {@link readModel} does. */
export function declaredInputs(file: Uint8Array | ParsedModel, name = "model.onnx"): DeclaredInput[] {
  const { graph }: ModelRecord = file instanceof ParsedModel ? file.record : decode(modelProto, file, name);
  if (graph === undefined) throw new ImagoError(`${name}: there is no graph in it; it may be no ONNX model`);
  return fedInputs(graph).map((input) => ({
    name: input.name ?? "",
    sizes: readType(input, new Map()).sizes,
  }));
}

function readRecord(record: ModelRecord, options: ReadOptions, own: boolean): ImportedModel {
  if (record.graph === undefined) throw new ImagoError("there is no graph in it; it may be no ONNX model");
  const graph = options.outputs === undefined ? record.graph : pruneGraph(record.graph, options.outputs);
  if (record.functions !== undefined) throw new ImagoError("functions of the model's own are not supported");
  const opset = opsetOf(record);
  let count = 0;
  const reader = new GraphReader(
    {
      opset,
      operatorFor: options.operatorFor ?? operatorFor,
      fold: record.producerName !== producerName || takesShapes(graph),
      external: options.externalData,
      own,
      fresh: (base) => `\0${base}${count++}`,
    },
    new Graph(),
    graph,
  );
  for (const { name, type } of inputsOf(graph, options)) {
    reader.declare(name, reader.graph.input(name, type));
  }
  reader.read();
  return {
    graph: reader.graph,
    values: reader.namedValues(),
    openDimensions: openDimensions(graph),
    metadata: Object.fromEntries(
      (record.metadataProps ?? []).map(({ key = "", value = "" }) => [key, value]),
    ),
    opset,
    irVersion: Number(record.irVersion ?? 0),
    producer: { name: record.producerName ?? "", version: record.producerVersion ?? "" },
    description: record.docString ?? "",
  };
}

/** Imago's own files have nothing to fold, and stay as they are, unless they were exported with an open size. */
function takesShapes(graph: GraphRecord): boolean {
  return (graph.node ?? []).some(({ opType }) => opType === "Shape");
}

function opsetOf(record: ModelRecord): number {
  const standard = record.opsetImport?.find(({ domain = "" }) => domain === "" || domain === "ai.onnx");
  if (standard === undefined) {
    const empty = (record.graph?.node ?? []).length === 0;
    if (record.opsetImport !== undefined || empty) return newestOpset;
    throw new ImagoError("it does not state its opset, so it is no ONNX model of 2017 or later");
  }
  const version = Number(standard.version ?? 0);
  if (version >= oldestOpset && version <= newestOpset) return version;
  throw new ImagoError(
    `opset ${version} is not supported, opsets ${oldestOpset} to ${newestOpset} are; ` +
      `convert the model, for example with onnx.version_converter`,
  );
}

/** The inputs that are fed: older files list initialisers among them. */
function fedInputs(graph: GraphRecord): readonly ValueInfoRecord[] {
  const initialised = new Set(graph.initializer?.map(({ name }) => name));
  return (graph.input ?? []).filter(({ name }) => !initialised.has(name));
}

function inputsOf(graph: GraphRecord, options: ReadOptions): { name: string; type: TensorType }[] {
  const fed = fedInputs(graph);
  const shapes = new Map(Object.entries(options.inputShapes ?? {}));
  const dimensions = new Map(Object.entries(options.dimensions ?? {}));
  const declared = fed.map((input) => readType(input, new Map()));
  checkNames(
    "inputShapes",
    shapes,
    fed.map(({ name = "" }) => name),
  );
  checkNames("dimensions", dimensions, declared.flatMap(({ sizes = [] }) => sizes).filter(isName));
  fed.forEach(({ name = "" }, index) => {
    const shape = shapes.get(name);
    if (shape !== undefined && options.anySize !== true)
      bind(name, declared[index] as DeclaredType, shape, dimensions);
  });
  const types = fed.map((input): { name: string; type: TensorType | undefined } => {
    const { dtype, type } = readType(input, dimensions);
    const shape = shapes.get(input.name ?? "");
    return { name: input.name ?? "", type: shape === undefined ? type : { dtype, shape } };
  });
  const open = types.findIndex(({ type }) => type === undefined);
  if (open >= 0) throw openSizes(types[open]?.name ?? "", declared[open] as DeclaredType, dimensions);
  return types as { name: string; type: TensorType }[];
}

const isName = (size: number | string | undefined): size is string => typeof size === "string";

function checkNames(option: string, given: ReadonlyMap<string, unknown>, names: readonly string[]): void {
  for (const name of given.keys()) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const list = [...new Set(names)].join(", ") || "none";
    throw new ImagoError(`${option}: there is no "${name}".`, {
      help: `${meant === undefined ? "" : `Did you mean "${meant}"? `}There are: ${list}.`,
    });
  }
}

/** Records what a given shape says of named sizes. */
function bind(name: string, { sizes }: DeclaredType, shape: Shape, dimensions: Map<string, number>): void {
  readShape(shape, `inputShapes: "${name}"`);
  const fits =
    sizes === undefined ||
    (sizes.length === shape.length &&
      sizes.every((size, axis) => {
        const expected = isName(size) ? dimensions.get(size) : size;
        return expected === undefined || expected === shape[axis];
      }));
  if (!fits) {
    throw new ImagoError(
      `inputShapes: "${name}" is declared [${describe(sizes)}], received ${formatShape(shape)}`,
    );
  }
  sizes?.forEach((size, axis) => {
    if (isName(size)) dimensions.set(size, shape[axis] as number);
  });
}

function describe(sizes: DeclaredType["sizes"]): string {
  return (sizes ?? []).map((size) => size ?? "?").join(", ");
}

function openSizes(name: string, { sizes }: DeclaredType, given: ReadonlyMap<string, number>): ImagoError {
  if (sizes === undefined || sizes.includes(undefined)) {
    const declared = sizes === undefined ? "of any rank" : `[${describe(sizes)}]`;
    return new ImagoError(`input "${name}" is ${declared}.`, {
      help: `Give its shape: inputShapes: { "${name}": [1, …] }.`,
    });
  }
  const missing = sizes.filter(isName).find((size) => !given.has(size));
  return new ImagoError(`input "${name}" is [${describe(sizes)}], and the size "${missing}" is open.`, {
    help: `Give it: dimensions: { "${missing}": 1 }.`,
  });
}

function openDimensions(graph: GraphRecord): Record<string, readonly (string | number)[]> {
  const entries = [...fedInputs(graph), ...(graph.output ?? [])].flatMap(({ name = "", type }) => {
    const dims = type?.tensorType?.shape?.dim ?? [];
    if (!dims.some(({ dimParam }) => dimParam !== undefined)) return [];
    return [[name, dims.map(({ dimParam, dimValue = 1 }) => dimParam ?? Number(dimValue))] as const];
  });
  return Object.fromEntries(entries);
}
