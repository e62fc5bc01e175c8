import { elementTypeOf } from "../../ops/define/elementType.js";
import { bodiesOf } from "../proto/bodiesOf.js";
import type { AttributeRecord, GraphRecord, NodeRecord, TensorRecord } from "../proto/records.js";
import type { ExternalData } from "./externalBytes.js";
import { isHalf, widenTensor } from "./widenTensor.js";

export interface WidenOptions {
  readonly external?: ExternalData | undefined;
  /** Leave tensors whose data are in files of their own. Default: false. */
  readonly onlyInside?: boolean;
}

/**
 * A graph whose weights of half precision are float32: initialisers, and tensors of Constant nodes, that nothing but
 * Casts to float32 uses. The Casts fall away, and what they gave is the weight. Where something else uses one, it stays
 * as it is, which the reading of it refuses.
 *
 * @throws ImagoError when the data of such a tensor are not as many as its dims say
 */
export function widenHalves(graph: GraphRecord, options: WidenOptions = {}): GraphRecord {
  if (!hasHalves(graph)) return graph;
  const found = halvesOf(graph, options);
  // Older files list initialisers among the inputs.
  const input = (graph.input ?? []).filter(({ name = "" }) => !found.has(name));
  return { ...widened(graph, found, new Map(), options), input };
}

function hasHalves({ initializer = [], node: nodes = [] }: GraphRecord): boolean {
  return (
    initializer.some(isHalf) ||
    nodes.some((node) => halfConstant(node) !== undefined || bodiesOf(node).some(hasHalves))
  );
}

const isStandard = ({ domain = "" }: NodeRecord): boolean => domain === "" || domain === "ai.onnx";

/** The tensor of a Constant node of half precision. */
function halfConstant(node: NodeRecord): TensorRecord | undefined {
  const { opType, attribute = [], output = [] } = node;
  const [one] = attribute;
  if (opType !== "Constant" || !isStandard(node) || attribute.length !== 1 || output.length !== 1) return;
  return one?.name === "value" && one.t !== undefined && isHalf(one.t) ? one.t : undefined;
}

/** Whether a node makes float32 of its input. */
function isWidening(node: NodeRecord): boolean {
  const { opType, input = [], output = [], attribute = [] } = node;
  if (opType !== "Cast" || !isStandard(node) || input.length !== 1 || output.length !== 1) return false;
  const to = attribute.find(({ name }) => name === "to")?.i;
  return to !== undefined && Number(to) === elementTypeOf("float32");
}

/** The names of a graph's own tensors of half precision that are widened. */
function halvesOf(graph: GraphRecord, { onlyInside = false }: WidenOptions): Set<string> {
  const initializers = (graph.initializer ?? []).filter(
    (tensor) => isHalf(tensor) && !(onlyInside && tensor.dataLocation === 1),
  );
  const constants = (graph.node ?? []).filter((node) => {
    const tensor = halfConstant(node);
    return tensor !== undefined && !(onlyInside && tensor.dataLocation === 1);
  });
  const names = new Set([
    ...initializers.map(({ name = "" }) => name),
    ...constants.map(({ output = [] }) => output[0] ?? ""),
  ]);
  const uses = new Uses();
  uses.note(graph, names);
  return new Set([...names].filter((name) => uses.widening.has(name) && !uses.other.has(name)));
}

/** How names are used in a graph and in those inside it. */
class Uses {
  readonly widening = new Set<string>();
  readonly other = new Set<string>();

  note(graph: GraphRecord, names: ReadonlySet<string>): void {
    for (const { name = "" } of graph.output ?? []) this.#add(this.other, names, name);
    for (const node of graph.node ?? []) {
      const into = isWidening(node) ? this.widening : this.other;
      for (const name of node.input ?? []) this.#add(into, names, name);
      for (const body of bodiesOf(node)) {
        const defined = definedIn(body);
        this.note(body, new Set([...names].filter((name) => !defined.has(name))));
      }
    }
  }

  #add(into: Set<string>, names: ReadonlySet<string>, name: string): void {
    if (names.has(name)) into.add(name);
  }
}

/** What a graph itself gives names to, which then stand for nothing around it. */
function definedIn({ input = [], initializer = [], node = [] }: GraphRecord): Set<string> {
  return new Set([
    ...[...input, ...initializer].map(({ name = "" }) => name),
    ...node.flatMap(({ output = [] }) => output),
  ]);
}

/**
 * @param own names of the graph's tensors that are widened
 * @param outer what those of the graphs around are called now, by what they are called in the file
 */
function widened(
  graph: GraphRecord,
  own: ReadonlySet<string>,
  outer: ReadonlyMap<string, string>,
  options: WidenOptions,
): GraphRecord {
  const casts = firstCasts(graph, own);
  const names = new Map([
    ...outer,
    ...[...own].map((name) => [name, casts.get(name)?.output?.[0] ?? name] as const),
  ]);
  const gone = new Set(casts.values());
  const wide = (tensor: TensorRecord, where: string): TensorRecord =>
    widenTensor(tensor, where, options.external);
  return {
    ...graph,
    initializer: (graph.initializer ?? []).map((tensor) => {
      const { name = "" } = tensor;
      if (!own.has(name) || !isHalf(tensor)) return tensor;
      return { ...wide(tensor, `initialiser "${name}"`), name: names.get(name) ?? name };
    }),
    node: (graph.node ?? [])
      .filter((node) => !gone.has(node))
      .map((node) => {
        const tensor = halfConstant(node);
        const [name = ""] = node.output ?? [];
        if (tensor !== undefined && own.has(name)) {
          const t = wide(tensor, `Constant "${node.name || name}": attribute "value"`);
          return { ...node, output: [names.get(name) ?? name], attribute: [{ name: "value", t, type: 4 }] };
        }
        return withoutCast(withBodies(node, names, options), names);
      }),
  };
}

/**
 * Of each name the Cast beside it whose result it is to be called. What the graph gives out has to be a node's result.
 */
function firstCasts(graph: GraphRecord, own: ReadonlySet<string>): Map<string, NodeRecord> {
  const outputs = new Set((graph.output ?? []).map(({ name }) => name));
  const casts = new Map<string, NodeRecord>();
  for (const node of graph.node ?? []) {
    const [name = ""] = node.input ?? [];
    if (isWidening(node) && own.has(name) && !casts.has(name) && !outputs.has(node.output?.[0]))
      casts.set(name, node);
  }
  return casts;
}

/** A further Cast of what is float32 now, as the mere name that is left of it. */
function withoutCast(node: NodeRecord, names: ReadonlyMap<string, string>): NodeRecord {
  const name = names.get(node.input?.[0] ?? "");
  if (name === undefined || !isWidening(node)) return node;
  return { opType: "Identity", input: [name], output: node.output ?? [] };
}

function withBodies(node: NodeRecord, names: ReadonlyMap<string, string>, options: WidenOptions): NodeRecord {
  if (bodiesOf(node).length === 0) return node;
  const inside = (body: GraphRecord): GraphRecord => {
    const defined = definedIn(body);
    const inputs = new Set((body.input ?? []).map(({ name }) => name));
    const own = [...halvesOf(body, options)].filter((name) => !inputs.has(name));
    const outer = [...names].filter(([name]) => !defined.has(name));
    return widened(body, new Set(own), new Map(outer), options);
  };
  const attribute = (node.attribute ?? []).map((one): AttributeRecord => {
    const { g, graphs } = one;
    return {
      ...one,
      ...(g === undefined ? {} : { g: inside(g) }),
      ...(graphs === undefined ? {} : { graphs: graphs.map(inside) }),
    };
  });
  return { ...node, attribute };
}
