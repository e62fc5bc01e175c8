import { bytes as given } from "../../arguments.js";
import { ImagoError } from "../../errors.js";
import { Graph, type Value } from "../../graph/graph.js";
import { operatorFor } from "../../ops/table.js";
import { readOptions } from "../../options.js";
import { innerMark } from "../older/innerMark.js";
import { newestOpset, oldestOpset } from "../older/normalize.js";
import { type DecodeOptions, decode } from "../proto/decode.js";
import type { GraphRecord, ModelRecord } from "../proto/records.js";
import { modelProto } from "../proto/schema.js";
import { producerName } from "../write/write.js";
import { declaredTypes, fedInputs, inputsOf } from "./inputTypes.js";
import { neededNames, pruneGraph } from "./pruneGraph.js";
import { GraphReader } from "./readGraph.js";
import { type ReadOptions, type ReadSettings, readFields } from "./readOptions.js";
import { readType } from "./readType.js";
import { Untouched } from "./untouched.js";
import { withInitializers } from "./weightConstants.js";
import { widenHalves } from "./widenHalves.js";

export type { ReadOptions } from "./readOptions.js";

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
 * Operators of opsets 7 to 26 are brought to opset 21. Nodes that only compute shapes become constants,
 * as does what depends on integer constants only. Initialisers become constants of their names; those of
 * half precision that are only cast to float32 become float32 constants of the Casts' names. Reading
 * what `writeModel` wrote and writing it again gives the same bytes.
 *
 * @throws ImagoError when the bytes are no ONNX model, are truncated or altered, when a size is open and
 * not given, or when the model uses an operator or element type that Imago has not; it names the node
 */
export function readModel(file: Uint8Array | ParsedModel, options: ReadOptions = {}): ImportedModel {
  const settings = readOptions("readModel", options, readFields);
  const { name } = settings;
  const record: ModelRecord = file instanceof ParsedModel ? file.record : decodeModel(file, name);
  return explained(name, () => readRecord(record, settings, { own: file instanceof ParsedModel }));
}

/**
 * A `.onnx` file taken apart, to be read at many sizes: all graphs share its tensors, which must not be changed, and
 * its bytes are not held.
 */
export class ParsedModel {
  /** What the bytes say. */
  readonly record: ModelRecord;

  /** @throws ImagoError when the bytes are no ONNX model, are truncated or altered */
  constructor(bytes: Uint8Array, name = "model.onnx") {
    const record: ModelRecord = decodeModel(bytes, name, { own: true });
    const { graph } = record;
    // Once, rather than for every graph. What is in other files waits for the option that reads them.
    this.record =
      graph === undefined
        ? record
        : { ...record, graph: explained(name, () => widenHalves(graph, { onlyInside: true })) };
  }
}

function decodeModel(bytes: Uint8Array, name: string, options?: DecodeOptions): ModelRecord {
  given.read(name, "the file", bytes);
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
  const { graph }: ModelRecord = file instanceof ParsedModel ? file.record : decodeModel(file, name);
  if (graph === undefined) throw new ImagoError(`${name}: there is no graph in it; it may be no ONNX model`);
  return explained(name, () =>
    fedInputs(graph).map((input) => ({ name: input.name ?? "", sizes: readType(input, new Map()).sizes })),
  );
}

/** A model of which parts may be as the file has them, since they could not be read. */
export interface PartlyRead extends ImportedModel {
  readonly untouched: Untouched;
  readonly record: ModelRecord;
}

/** What a file is called, how its sizes are read, and what operators there are. */
export type PartlyReadOptions = Omit<ReadSettings, "outputs" | "anySize">;

/**
 * Reads a file like {@link readModel}, but leaves what cannot be read as it is, unless `needed` depend on it.
 *
 * @param needed names of values; those that the file has not are passed over
 */
export function readAround(
  bytes: Uint8Array,
  options: PartlyReadOptions,
  needed: readonly string[],
): PartlyRead {
  const { name } = options;
  const decoded: ModelRecord = decodeModel(bytes, name);
  // What is differentiated by is looked up among the initialisers.
  const { graph } = decoded;
  const wide = (whole: GraphRecord): GraphRecord =>
    explained(name, () => widenHalves(whole, { external: options.externalData }));
  const record: ModelRecord =
    graph === undefined ? decoded : { ...decoded, graph: withInitializers(wide(graph), needed) };
  const names = neededNames(record.graph ?? {}, needed);
  return explained(name, () => {
    const untouched = new Untouched(names);
    const model = readRecord(record, options, { untouched });
    if (untouched.isEmpty) return { ...model, untouched, record };
    // Once more, now that it is known which names are taken.
    const again = new Untouched(names, new Set([...untouched.names, ...untouched.inner]));
    return { ...readRecord(record, options, { untouched: again }), untouched: again, record };
  });
}

/** A model as far as it can be read. */
export interface ReadAsFar extends ImportedModel {
  /** Names of the results that cannot be read, or depend on one that cannot. */
  readonly left: readonly string[];
  /** Why: one for each node, input or initialiser that could not be read for reasons of its own. */
  readonly causes: readonly string[];
}

/**
 * Reads a file like {@link readModel}, without the nodes that cannot be read and without what depends on them.
 *
 * @throws ImagoError when the bytes are no ONNX model, are truncated or altered, or a size is open and not given
 */
export function readAsFar(bytes: Uint8Array, options: ReadOptions): ReadAsFar {
  const settings = readOptions("readAsFar", options, readFields);
  const { name } = settings;
  const record = decodeModel(bytes, name);
  return explained(name, () => {
    const untouched = new Untouched(undefined);
    const model = readRecord(record, settings, { untouched });
    const left = untouched.nodes.flatMap(({ output = [] }) => output).filter((one) => one !== "");
    return { ...model, left, causes: untouched.causes };
  });
}

/** Runs `read`; its errors then begin with the file's name. */
export function explained<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ImagoError) throw new ImagoError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

interface HowToRead {
  readonly own?: boolean;
  readonly untouched?: Untouched;
}

function readRecord(
  record: ModelRecord,
  options: PartlyReadOptions & Partial<ReadSettings>,
  { own = false, untouched }: HowToRead,
): ImportedModel {
  if (record.graph === undefined) throw new ImagoError("there is no graph in it; it may be no ONNX model");
  const whole = untouched?.withoutInputs(record.graph, fedInputs(record.graph)) ?? record.graph;
  const pruned = options.outputs === undefined ? whole : pruneGraph(whole, options.outputs);
  const graph = widenHalves(pruned, { external: options.externalData });
  // Where a file is only looked at, their nodes are of operators that nobody knows.
  if (record.functions !== undefined && untouched?.looking !== true)
    throw new ImagoError("functions of the model's own are not supported");
  const opset = opsetOf(record);
  let count = 0;
  const reader = new GraphReader(
    {
      opset,
      operatorFor: options.operatorFor ?? operatorFor,
      fold: record.producerName !== producerName || takesShapes(graph),
      external: options.externalData,
      own,
      untouched,
      fresh: (base) => `${innerMark}${base}${count++}`,
    },
    new Graph(),
    graph,
  );
  for (const name of untouched?.reserved ?? []) reader.graph.uniqueName(name);
  const { inputs, dimensions } = inputsOf(graph, options);
  if (untouched !== undefined) untouched.declaredTypes = declaredTypes(graph, dimensions);
  for (const { name, type } of inputs) {
    reader.declare(name, reader.graph.input(name, type));
  }
  reader.read();
  return {
    graph: reader.graph,
    values: reader.namedValues(),
    openDimensions: openDimensions(graph),
    opset,
    ...headOf(record),
  };
}

/** What a file says of itself. */
function headOf(
  record: ModelRecord,
): Pick<ImportedModel, "metadata" | "irVersion" | "producer" | "description"> {
  return {
    metadata: Object.fromEntries(
      (record.metadataProps ?? []).map(({ key = "", value = "" }) => [key, value]),
    ),
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

function openDimensions(graph: GraphRecord): Record<string, readonly (string | number)[]> {
  const entries = [...fedInputs(graph), ...(graph.output ?? [])].flatMap(({ name = "", type }) => {
    const dims = type?.tensorType?.shape?.dim ?? [];
    if (!dims.some(({ dimParam }) => dimParam !== undefined)) return [];
    return [[name, dims.map(({ dimParam, dimValue = 1 }) => dimParam ?? Number(dimValue))] as const];
  });
  return Object.fromEntries(entries);
}
