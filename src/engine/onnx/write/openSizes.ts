import type { Graph, Node } from "../../graph/graph.js";
import { namesUsed } from "../proto/bodiesOf.js";
import type {
  AttributeRecord,
  DimensionRecord,
  GraphRecord,
  NodeRecord,
  TensorRecord,
  ValueInfoRecord,
} from "../proto/records.js";
import { FixedSize, layerOf } from "./fixedSize.js";
import { allEqual } from "./isEqual.js";
import { openConstant } from "./openConstant.js";
import { samePadding } from "./samePadding.js";
import { isConstant, SizeNodes, type Versions } from "./sizeNodes.js";
import { encodeModel, modelRecord, type WriteOptions } from "./write.js";

/** A size that a file leaves open. */
export interface OpenSize {
  /** What the file calls it. */
  readonly name: string;
  /** What it is in each of the graphs that are compared. */
  readonly sizes: Versions;
}

/**
 * The bytes of a model with open sizes, from graphs of it at several concrete ones: where those differ, a size is
 * replaced. Declared sizes become names; shapes that tensors are brought to are computed from the sizes that come.
 *
 * @param graphs of the same model at different sizes; weights that they share are compared at once
 * @param open the sizes by which the graphs' inputs differ, the first of equal ones counts
 * @throws FixedSize when the graphs differ in anything that cannot be computed so, naming the layer
 */
export function openSizes(
  graphs: readonly Graph[],
  open: readonly OpenSize[],
  options: WriteOptions = {},
): Uint8Array {
  const models = graphs.map((graph) => modelRecord(graph, options));
  const merger = new Merger(open);
  const graph = merger.graph(
    graphs,
    models.map((model) => model.graph ?? {}),
  );
  return encodeModel({ ...models[0], graph }, options.weights);
}

/** A graph at each set of sizes, and what is known of its values. */
interface Level {
  readonly graphs: readonly Graph[];
  readonly records: readonly GraphRecord[];
  readonly sizes: SizeNodes;
  /** Constants that are used as nothing but the target of a Reshape. */
  readonly targets: ReadonlySet<string>;
  /** Constants that differ and have not been used yet. */
  readonly waiting: Map<string, readonly TensorRecord[]>;
  /** What constants have become: others, or nodes in front of the node that uses them first. */
  readonly constants: TensorRecord[];
  readonly shapes: Map<string, readonly (readonly number[])[]>;
  readonly parent: Level | undefined;
}

class Merger {
  readonly #names = new Map<string, string>();
  #bodies = 0;

  constructor(open: readonly OpenSize[]) {
    for (const { name, sizes } of open)
      if (!this.#names.has(sizes.join())) this.#names.set(sizes.join(), name);
  }

  graph(graphs: readonly Graph[], records: readonly GraphRecord[], parent?: Level): GraphRecord {
    const [record] = records as [GraphRecord];
    const all = zip(records.map(({ node = [] }) => node));
    for (const versions of all) {
      if (!allEqual(versions.map(({ opType, name }) => [opType, name]))) throw otherParts(versions);
    }
    const level = this.#level(graphs, records, parent);
    const merged = all.map((versions, at) => {
      const node = versions[0] as NodeRecord;
      const made = namesUsed(node).flatMap((name) => this.#use(level, name, node));
      const own = this.#node(level, versions, at);
      this.#addOutputs(level, node, at);
      return [...made, own];
    });
    // What sizes are computed of stands behind the nodes that give it, and more is asked for as nodes follow.
    const nodes = merged.flatMap((list, at) => [...list, ...level.sizes.behind(at)]);
    return {
      ...record,
      node: [...level.sizes.behind(-1), ...nodes],
      initializer: [...level.constants, ...level.sizes.constants],
      input: zip(records.map(({ input = [] }) => input)).map((versions) => this.#info(versions)),
      output: zip(records.map(({ output = [] }) => output)).map((versions) => this.#info(versions)),
    };
  }

  #level(graphs: readonly Graph[], records: readonly GraphRecord[], parent: Level | undefined): Level {
    const sizes = new SizeNodes(parent === undefined ? "open~" : `open~${++this.#bodies}~`, parent?.sizes);
    const constants: TensorRecord[] = [];
    const waiting = new Map<string, readonly TensorRecord[]>();
    const shapes = new Map<string, readonly (readonly number[])[]>();
    for (const versions of zip(records.map(({ initializer = [] }) => initializer))) {
      const [{ name = "" }] = versions as [TensorRecord];
      shapes.set(
        name,
        versions.map(({ dims = [] }) => dims.map(Number)),
      );
      if (allEqual(versions)) constants.push(versions[0] as TensorRecord);
      else waiting.set(name, versions);
    }
    for (const inputs of zip(graphs.map((graph) => graph.inputs))) {
      const { name } = inputs[0] as { name: string };
      const all = inputs.map(({ shape }) => shape);
      shapes.set(name, all);
      sizes.add(name, all, -1, parent === undefined);
    }
    const targets = targetsOf(records[0]?.node ?? []);
    return { graphs, records, sizes, targets, waiting, constants, shapes, parent };
  }

  #addOutputs({ graphs, sizes, shapes }: Level, { output = [] }: NodeRecord, at: number): void {
    const nodes = graphs.map((graph) => graph.nodes[at]);
    output.forEach((name, index) => {
      const all = nodes.flatMap((node) => {
        const value = node?.outputs[index];
        return value === undefined ? [] : [value.shape];
      });
      // None of Identities behind the last node, which give outputs second names.
      if (all.length === 0) return;
      shapes.set(name, all);
      sizes.add(name, all, at);
    });
  }

  /** The nodes that compute a constant which differs, where it is used first. */
  #use(level: Level, name: string, user: NodeRecord): readonly NodeRecord[] {
    const versions = level.waiting.get(name);
    if (versions === undefined) return [];
    level.waiting.delete(name);
    const opened = openConstant(versions, level.sizes, level.targets.has(name));
    if (opened === undefined) {
      throw new FixedSize(`a constant of its ${user.opType} depends on it`, layerOf(user));
    }
    level.constants.push(...opened.constants);
    return opened.nodes;
  }

  #node(level: Level, versions: readonly NodeRecord[], at: number): NodeRecord {
    const [node] = versions as [NodeRecord];
    const bare = versions.map(({ attribute: _, ...rest }) => rest);
    if (!allEqual(bare)) throw otherParts(versions);
    const lists = versions.map(({ attribute = [] }) => attribute);
    const attributes =
      samePadding(
        node,
        lists,
        level.shapes.get(node.input?.[0] ?? ""),
        level.shapes.get(node.input?.[1] ?? ""),
      ) ?? lists;
    const attribute = zip(attributes).map((all) => this.#attribute(level, node, all, at));
    return { ...node, attribute };
  }

  #attribute(
    level: Level,
    node: NodeRecord,
    versions: readonly AttributeRecord[],
    at: number,
  ): AttributeRecord {
    const [attribute] = versions as [AttributeRecord];
    if (attribute.g === undefined) {
      if (allEqual(versions)) return attribute;
      throw new FixedSize(`the ${attribute.name} of its ${node.opType} depend on it`, layerOf(node));
    }
    const bodies = level.graphs.map((graph) =>
      (graph.nodes[at] as Node).attributes.graph(attribute.name ?? ""),
    );
    return {
      ...attribute,
      g: this.graph(
        bodies,
        versions.map(({ g = {} }) => g),
        level,
      ),
    };
  }

  #info(versions: readonly ValueInfoRecord[]): ValueInfoRecord {
    const [info] = versions as [ValueInfoRecord];
    const dims = versions.map(({ type }) => type?.tensorType?.shape?.dim ?? []);
    const dim = zip(dims).map((sizes): DimensionRecord => {
      const numbers = sizes.map(({ dimValue = 0 }) => Number(dimValue));
      return isConstant(numbers) ? (sizes[0] as DimensionRecord) : { dimParam: this.#nameOf(numbers) };
    });
    return { ...info, type: { tensorType: { ...info.type?.tensorType, shape: { dim } } } };
  }

  /** `time`, `2*batch`, or a name for what else depends on them. */
  #nameOf(sizes: Versions): string {
    const key = sizes.join();
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const multiple = [...this.#names].flatMap(([other, name]) => {
      const ratios = other.split(",").map((size, at) => (sizes[at] as number) / Number(size));
      return isConstant(ratios) && Number.isInteger(ratios[0]) ? [`${ratios[0]}*${name}`] : [];
    })[0];
    const name = multiple ?? `size${this.#names.size}`;
    this.#names.set(key, name);
    return name;
  }
}

function targetsOf(nodes: readonly NodeRecord[]): Set<string> {
  const targets = new Set<string>();
  const others = new Set<string>();
  for (const node of nodes) {
    const { opType, input = [] } = node;
    namesUsed(node).forEach((name, index) => {
      (opType === "Reshape" && index === 1 && input.length > 1 ? targets : others).add(name);
    });
  }
  return new Set([...targets].filter((name) => !others.has(name)));
}

function otherParts(versions: readonly NodeRecord[]): FixedSize {
  const named = versions.find(({ name = "" }) => name !== "") ?? {};
  return new FixedSize("it has other parts for other sizes", layerOf(named));
}

/** The lists side by side. */
function zip<T>(lists: readonly (readonly T[])[]): T[][] {
  const [first = []] = lists;
  const other = lists.find(({ length }) => length !== first.length);
  if (other !== undefined) {
    const differs = first.findIndex((one, index) => nameOf(one) !== nameOf(other[index]));
    const at = differs < 0 ? first.length : differs;
    throw otherParts([{ name: nameOf(first[at]) }, { name: nameOf(other[at]) }]);
  }
  return first.map((_, index) => lists.map((list) => list[index] as T));
}

const nameOf = (one: unknown): string => String((Object(one) as { name?: unknown }).name ?? "");
