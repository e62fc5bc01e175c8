import { ImagoError } from "../../errors.js";
import { dtypeOfElement, elementTypeOf } from "../../ops/define/elementType.js";
import type { Tensor } from "../../tensor/tensor.js";
import { allNodes } from "../proto/bodiesOf.js";
import { encode, type ProtoRecord } from "../proto/encode.js";
import type {
  GraphRecord,
  ModelRecord,
  NodeRecord,
  TensorRecord,
  ValueInfoRecord,
} from "../proto/records.js";
import { modelProto } from "../proto/schema.js";
import type { ExternalData } from "../read/externalBytes.js";
import { pruneGraph } from "../read/pruneGraph.js";
import { readTensor } from "../read/readTensor.js";
import { unknownValue } from "../read/unknownValue.js";
import { weightConstants, weighted, withInitializers } from "../read/weightConstants.js";
import { widenHalves } from "../read/widenHalves.js";

export interface ExtractOptions {
  /** Values that become inputs, by their names in the file. Default: the model's own inputs. */
  readonly from?: readonly string[] | undefined;
  /** Values that become outputs, by their names in the file. Default: the model's own outputs. */
  readonly to?: readonly string[] | undefined;
  /** Reads tensor data that lie in other files. Default: such a model is refused. */
  readonly externalData?: ExternalData | undefined;
}

/** A part of a model, and apart from it what can be trained. */
export interface ExtractedModel {
  /** A `.onnx` file of the part: first its inputs, then its weights, which are inputs too. */
  readonly bytes: Uint8Array;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Floating-point initialisers, and numbers of Constant nodes, that operators use as weights. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Those of `weights` that are means and variances, which are not trained. */
  readonly statistics: ReadonlySet<string>;
}

/**
 * Takes out the part of a model between some of its values. Nodes outside of it may be of operators that Imago has
 * not got.
 *
 * @throws ImagoError when a name is not in the model, with the nearest one, and when `to` depends on more inputs than
 *   `from` gives
 */
export function extractModel(record: ModelRecord, options: ExtractOptions = {}): ExtractedModel {
  const { graph } = record;
  if (graph === undefined) throw new ImagoError("there is no graph in it; it may be no ONNX model");
  const outputs = options.to ?? (graph.output ?? []).map(({ name = "" }) => name);
  const initialised = new Set((graph.initializer ?? []).map(({ name }) => name));
  const own = (graph.input ?? []).filter(({ name }) => !initialised.has(name));
  const cut = options.from === undefined ? graph : cutBefore(graph, options.from);
  const found = widenHalves(pruneGraph(cut, outputs), { external: options.externalData });
  const pruned = withInitializers(found, weightConstants(found).keys());
  const inputs = (pruned.input ?? []).filter(({ name }) => !initialised.has(name));
  checkInputs(inputs, outputs, options.from, own);
  const ordered = options.from?.map((name) => inputs.find((input) => input.name === name) as ValueInfoRecord);
  const weights = weightsOf(pruned, options.externalData);
  const part: GraphRecord = {
    node: pruned.node ?? [],
    name: graph.name ?? "graph",
    initializer: (pruned.initializer ?? [])
      .filter(({ name = "" }) => !weights.has(name))
      .map((one) => inlined(one, options.externalData)),
    input: [...(ordered ?? inputs), ...[...weights].map(([name, tensor]) => declared(name, tensor))],
    output: pruned.output ?? [],
    ...(graph.sparseInitializer === undefined ? {} : { sparseInitializer: graph.sparseInitializer }),
  };
  const { docString: _, metadataProps: __, ...kept } = record;
  const model: ModelRecord = { ...kept, graph: part };
  return {
    bytes: encode(modelProto, model as ProtoRecord),
    inputs: (ordered ?? inputs).map(({ name = "" }) => name),
    outputs,
    weights,
    statistics: statisticsOf(pruned),
  };
}

/** The graph with values as inputs, whatever computes them in the file. */
function cutBefore(graph: GraphRecord, from: readonly string[]): GraphRecord {
  const sources = new Set(from);
  const names = [...(graph.input ?? []), ...(graph.node ?? []).flatMap(valuesOf)].map(
    ({ name = "" }) => name,
  );
  const missing = from.find((name) => !names.includes(name));
  if (missing !== undefined) throw unknownValue(missing, names);
  const known = [...(graph.input ?? []), ...(graph.output ?? []), ...(graph.valueInfo ?? [])];
  const inputs = from.map((name): ValueInfoRecord => {
    const found = known.find((one) => one.name === name && one.type?.tensorType !== undefined);
    // Values inside need no declaration; nearly all are float32.
    return found ?? { name, type: { tensorType: { elemType: 1 } } };
  });
  return {
    ...graph,
    // A node with other results that are needed goes on to compute the value, under another name.
    node: (graph.node ?? []).map((node) => ({
      ...node,
      output: (node.output ?? []).map((name) => (sources.has(name) ? `${name}~` : name)),
    })),
    input: [...inputs, ...(graph.input ?? []).filter(({ name = "" }) => !sources.has(name))],
  };
}

const valuesOf = (node: NodeRecord): ValueInfoRecord[] => (node.output ?? []).map((name) => ({ name }));

function checkInputs(
  inputs: readonly ValueInfoRecord[],
  outputs: readonly string[],
  from: readonly string[] | undefined,
  own: readonly ValueInfoRecord[],
): void {
  const names = inputs.map(({ name = "" }) => name);
  const ends = outputs.map((name) => `"${name}"`).join(", ");
  const unused = from?.find((name) => !names.includes(name));
  if (unused !== undefined) throw new ImagoError(`${ends} does not depend on "${unused}"`);
  const more = own.find(({ name = "" }) => from?.includes(name) === false && names.includes(name));
  if (more !== undefined) {
    throw new ImagoError(`${ends} depends on the input "${more.name}" too, not on ${from?.join(", ")} alone`);
  }
}

function weightsOf(graph: GraphRecord, external: ExternalData | undefined): Map<string, Tensor> {
  const used = new Map<string, Set<string>>();
  for (const node of allNodes(graph.node ?? [])) {
    for (const name of node.input ?? []) {
      const users = used.get(name) ?? new Set();
      used.set(name, users.add(node.opType ?? ""));
    }
  }
  const isWeight = ({ name = "", dataType = 0, dims = [] }: TensorRecord): boolean => {
    const users = [...(used.get(name) ?? [])];
    const isFloat = dataType === elementTypeOf("float32");
    return isFloat && dims.length > 0 && users.length > 0 && users.every((type) => weighted.has(type));
  };
  return new Map(
    (graph.initializer ?? [])
      .filter(isWeight)
      .map((one) => [
        one.name ?? "",
        readTensor(one, `initialiser "${one.name ?? ""}"`, { external: external }),
      ]),
  );
}

/** Inputs 3 and 4 of batch normalisation: the mean and variance of the data that the model was trained on. */
function statisticsOf(graph: GraphRecord): Set<string> {
  const nodes = allNodes(graph.node ?? []).filter(({ opType }) => opType === "BatchNormalization");
  return new Set(nodes.flatMap(({ input = [] }) => input.slice(3, 5)));
}

function declared(name: string, { dtype, shape }: Tensor): ValueInfoRecord {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: elementTypeOf(dtype), shape: { dim } } } };
}

/** An initialiser whose elements are in the file itself. */
function inlined(record: TensorRecord, external: ExternalData | undefined): TensorRecord {
  if (record.dataLocation !== 1) return record;
  const { dims = [], dataType = 0, name = "" } = record;
  dtypeOfElement(dataType);
  const tensor = readTensor(record, `initialiser "${name}"`, { external: external });
  return { dims, dataType, name, rawData: tensor.bytes };
}
