import { elementTypeOf } from "../../ops/define/elementType.js";
import { namesUsed } from "../proto/bodiesOf.js";
import type { GraphRecord, NodeRecord, TensorRecord } from "../proto/records.js";

/** Operators that bring a tensor into another form: what they are given is a weight where their result is one. */
const reforming =
  "Transpose Reshape Unsqueeze Squeeze Identity Concat Slice Split Expand ReduceSum ReduceMean".split(" ");

/** Operators whose floating-point initialisers are weights; those of others (bounds, scales, …) stay constants. */
export const weighted: ReadonlySet<string> = new Set([
  ..."Conv ConvTranspose Gemm MatMul Add Mul BatchNormalization InstanceNormalization LayerNormalization".split(
    " ",
  ),
  ..."GroupNormalization RMSNormalization PRelu Gather LSTM GRU RNN Einsum Scan".split(" "),
  ...reforming,
]);

const reforms = new Set(reforming);

/**
 * What Constant nodes hold that stands where weights stand (kernels, biases, scales, embeddings), by the names of
 * their results: some exporters keep all weights so. What only sizes are computed of is no weight.
 */
export function weightConstants(graph: GraphRecord): Map<string, TensorRecord> {
  const uses = new Uses(graph);
  const isWeight = ([name, { dataType, dims = [] }]: readonly [string, TensorRecord]): boolean =>
    dataType === elementTypeOf("float32") && dims.length > 0 && uses.areOfWeight(name);
  return new Map([...constants(graph)].filter(isWeight));
}

/** The graph with the Constant nodes of these names as initialisers. */
export function withInitializers(graph: GraphRecord, names: Iterable<string>): GraphRecord {
  const wanted = new Set(names);
  const moved = [...constants(graph)].filter(([name]) => wanted.has(name));
  if (moved.length === 0) return graph;
  const gone = new Set(moved.map(([name]) => name));
  return {
    ...graph,
    node: (graph.node ?? []).filter((node) => !isConstant(node) || !gone.has(node.output?.[0] ?? "")),
    initializer: [...(graph.initializer ?? []), ...moved.map(([, tensor]) => tensor)],
  };
}

const isConstant = ({ opType, domain = "" }: NodeRecord): boolean =>
  opType === "Constant" && (domain === "" || domain === "ai.onnx");

/** The tensors of a graph's own Constant nodes, named as their results. */
function constants(graph: GraphRecord): Map<string, TensorRecord> {
  return new Map(
    (graph.node ?? []).filter(isConstant).flatMap((node) => {
      const name = node.output?.[0] ?? "";
      const tensor = tensorOf(node);
      return tensor === undefined ? [] : [[name, { ...tensor, name }] as const];
    }),
  );
}

function tensorOf({ attribute = [] }: NodeRecord): TensorRecord | undefined {
  const [one] = attribute;
  if (attribute.length !== 1 || one === undefined) return undefined;
  if (one.name === "value") return one.t;
  const floats = one.name === "value_floats" ? (one.floats ?? []) : undefined;
  if (floats === undefined) return undefined;
  return { dims: [floats.length], dataType: elementTypeOf("float32"), floatData: floats };
}

/** Who uses what in a graph. */
class Uses {
  readonly #users = new Map<string, NodeRecord[]>();
  /** What depends on the elements of what the graph is fed, rather than on their sizes alone. */
  readonly #fed = new Set<string>();

  constructor({ node: nodes = [], input = [], initializer = [] }: GraphRecord) {
    const initialised = new Set(initializer.map(({ name }) => name));
    for (const { name = "" } of input) if (!initialised.has(name)) this.#fed.add(name);
    for (const node of nodes) {
      const names = namesUsed(node);
      for (const name of names) this.#users.set(name, [...(this.#users.get(name) ?? []), node]);
      const sizes = node.opType === "Shape" || node.opType === "Size";
      if (!sizes && names.some((name) => this.#fed.has(name)))
        for (const name of node.output ?? []) this.#fed.add(name);
    }
  }

  /** Whether all that use a value bring it, as it is or in another form, together with what is fed. */
  areOfWeight(name: string): boolean {
    const users = this.#users.get(name) ?? [];
    return users.length > 0 && users.every((node) => this.#isOfWeight(node));
  }

  #isOfWeight({ opType = "", output = [] }: NodeRecord): boolean {
    if (!weighted.has(opType)) return false;
    if (output.some((name) => this.#fed.has(name))) return true;
    return reforms.has(opType) && output.every((name) => this.areOfWeight(name));
  }
}
