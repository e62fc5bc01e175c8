import { elementTypeOf } from "../../ops/define/elementType.js";
import { decode } from "../proto/decode.js";
import { encode, type ProtoRecord } from "../proto/encode.js";
import type {
  AttributeRecord,
  DimensionRecord,
  GraphRecord,
  ModelRecord,
  NodeRecord,
  TensorRecord,
  ValueInfoRecord,
} from "../proto/records.js";
import { attributeTypes, modelProto } from "../proto/schema.js";

/** Sizes of the batch at which a model is written to see what depends on it. */
const probes = [3, 5, 7] as const;

/** What {@link openBatch} gives when a model depends on its batch in a way that no operator can follow. */
export class FixedBatch extends Error {
  override readonly name = "FixedBatch";
}

/**
 * A model whose batch is open, from a writer of models of fixed batches: it is written with three sizes, and where
 * they differ a size is replaced. Declared sizes become the symbol `batch`; shapes that tensors are brought to are
 * computed from the size that comes.
 *
 * @param write gives the bytes of the model for a batch of that many samples
 * @param input the name of an input whose first axis is the batch
 * @throws FixedBatch when the graphs differ in anything else
 */
export function openBatch(write: (batch: number) => Uint8Array, input: string): Uint8Array {
  const models = probes.map((batch) => decode(modelProto, write(batch), "model") as ModelRecord);
  const graphs = models.map(({ graph = {} }) => graph);
  const merger = new Merger(input);
  const graph = merger.graph(graphs);
  const node = [...merger.batchNodes, ...(graph.node ?? [])];
  const model: object = { ...models[0], graph: { ...graph, node } };
  return encode(modelProto, model as ProtoRecord);
}

const sizesName = "batch/shape";
const batchName = "batch/size";

class Merger {
  /** Constants that are used as nothing but the target of a Reshape. */
  readonly #targets = new Set<string>();
  readonly #input: string;
  #needsBatch = false;

  constructor(input: string) {
    this.#input = input;
  }

  /** What gives the size of the batch, as a vector of one element, where something needs it. */
  get batchNodes(): readonly NodeRecord[] {
    if (!this.#needsBatch) return [];
    const attribute = [
      { name: "start", i: 0, type: attributeTypes.int },
      { name: "end", i: 1, type: attributeTypes.int },
    ];
    return [{ opType: "Shape", input: [this.#input], output: [batchName], name: sizesName, attribute }];
  }

  graph(graphs: readonly GraphRecord[]): GraphRecord {
    const [graph] = graphs as [GraphRecord];
    this.#findTargets(graph.node ?? []);
    const computed: NodeRecord[] = [];
    const initializer: TensorRecord[] = [];
    for (const versions of zip(graphs.map((one) => one.initializer ?? []))) {
      const opened = this.#constant(versions);
      computed.push(...opened.nodes);
      initializer.push(...opened.constants);
    }
    const node = zip(graphs.map((one) => one.node ?? [])).map((versions) => this.#node(versions));
    return {
      ...graph,
      node: [...computed, ...node],
      initializer,
      input: zip(graphs.map((one) => one.input ?? [])).map(openType),
      output: zip(graphs.map((one) => one.output ?? [])).map(openType),
    };
  }

  #findTargets(nodes: readonly NodeRecord[]): void {
    const others = new Set<string>();
    for (const { opType, input = [] } of nodes) {
      input.forEach((name, index) => {
        (opType === "Reshape" && index === 1 ? this.#targets : others).add(name);
      });
    }
    for (const name of others) this.#targets.delete(name);
  }

  #node(versions: readonly NodeRecord[]): NodeRecord {
    const [node] = versions as [NodeRecord];
    const attributes = zip(versions.map(({ attribute = [] }) => attribute)).map((attribute) =>
      this.#attribute(node, attribute),
    );
    const bare = versions.map(({ attribute: _, ...rest }) => rest);
    requireEqual(bare, `node "${node.name}" (${node.opType})`);
    return { ...node, attribute: attributes };
  }

  #attribute({ name }: NodeRecord, versions: readonly AttributeRecord[]): AttributeRecord {
    const [attribute] = versions as [AttributeRecord];
    if (attribute.g === undefined) {
      requireEqual(versions, `attribute "${attribute.name}" of node "${name}"`);
      return attribute;
    }
    return { ...attribute, g: this.graph(versions.map(({ g = {} }) => g)) };
  }

  /** A constant, or the nodes that compute it. */
  #constant(versions: readonly TensorRecord[]): Opened {
    const [tensor] = versions as [TensorRecord];
    const { name = "", dataType } = tensor;
    if (allEqual(versions)) return { nodes: [], constants: [tensor] };
    requireEqual(
      versions.map((one) => [one.name, one.dataType]),
      `constant "${name}"`,
    );
    if (dataType === elementTypeOf("int64") && tensor.dims?.length === 1) {
      return this.#shape(name, versions.map(int64s));
    }
    return this.#filled(name, versions);
  }

  /** A vector of sizes, each of them a multiple of the batch and a constant. */
  #shape(name: string, versions: readonly (readonly number[])[]): Opened {
    const slopes = zip(versions).map((sizes) => slopeOf(name, sizes));
    const sizes = versions[0] as readonly number[];
    const open = slopes.filter((slope) => slope !== 0);
    if (this.#targets.has(name) && open.length === 1 && sizes.every((size) => size > 0)) {
      const target = sizes.map((size, axis) => (slopes[axis] === 0 ? size : -1));
      return { nodes: [], constants: [int64Tensor(name, target)] };
    }
    this.#needsBatch = true;
    const nodes: NodeRecord[] = [];
    const constants: TensorRecord[] = [];
    const parts = sizes.map((size, axis) => {
      const slope = slopes[axis] as number;
      const offset = size - slope * probes[0];
      if (slope === 1 && offset === 0) return batchName;
      const part = `${name}/${axis}`;
      if (slope === 0) {
        constants.push(int64Tensor(part, [size]));
        return part;
      }
      constants.push(int64Tensor(`${part}/factor`, [slope]), int64Tensor(`${part}/offset`, [offset]));
      nodes.push(
        {
          opType: "Mul",
          input: [batchName, `${part}/factor`],
          output: [`${part}/product`],
          name: `${part}/mul`,
        },
        { opType: "Add", input: [`${part}/product`, `${part}/offset`], output: [part], name: `${part}/add` },
      );
      return part;
    });
    const axis = { name: "axis", i: 0, type: attributeTypes.int };
    nodes.push({ opType: "Concat", input: parts, output: [name], name: `${name}/concat`, attribute: [axis] });
    return { nodes, constants };
  }

  /** A tensor that has the same element everywhere, at a shape that depends on the batch. */
  #filled(name: string, versions: readonly TensorRecord[]): Opened {
    const elements = versions.map(onlyElement);
    if (elements[0] === undefined || !allEqual(elements)) {
      throw new FixedBatch(`constant "${name}" depends on the size of the batch`);
    }
    const shape = `${name}/shape`;
    const { nodes, constants } = this.#shape(
      shape,
      versions.map(({ dims = [] }) => dims.map(Number)),
    );
    const { dataType } = versions[0] as TensorRecord;
    const scalar = {
      name: `${name}/element`,
      dims: [],
      rawData: elements[0],
      ...(dataType === undefined ? {} : { dataType }),
    };
    return {
      nodes: [
        ...nodes,
        { opType: "Expand", input: [scalar.name, shape], output: [name], name: `${name}/expand` },
      ],
      constants: [...constants, scalar],
    };
  }
}

interface Opened {
  readonly nodes: readonly NodeRecord[];
  readonly constants: readonly TensorRecord[];
}

/** The lists side by side. */
function zip<T>(lists: readonly (readonly T[])[]): T[][] {
  const [first = []] = lists;
  if (lists.some(({ length }) => length !== first.length)) {
    throw new FixedBatch("the graph has other parts for another size of the batch");
  }
  return first.map((_, index) => lists.map((list) => list[index] as T));
}

/** How much each sample adds to a size. */
function slopeOf(name: string, sizes: readonly number[]): number {
  const [a, b, c] = sizes as [number, number, number];
  const slope = (b - a) / (probes[1] - probes[0]);
  if (!Number.isInteger(slope) || c - b !== slope * (probes[2] - probes[1])) {
    throw new FixedBatch(`constant "${name}" does not grow evenly with the batch: ${sizes.join(", ")}`);
  }
  return slope;
}

function openType(versions: readonly ValueInfoRecord[]): ValueInfoRecord {
  const [info] = versions as [ValueInfoRecord];
  const dims = versions.map(({ type }) => type?.tensorType?.shape?.dim ?? []);
  const dim = zip(dims).map((sizes): DimensionRecord => {
    if (allEqual(sizes)) return sizes[0] as DimensionRecord;
    const multiple = Number(sizes[0]?.dimValue) / probes[0];
    return { dimParam: multiple === 1 ? "batch" : `${multiple}*batch` };
  });
  return { ...info, type: { tensorType: { ...info.type?.tensorType, shape: { dim } } } };
}

function int64s({ rawData = new Uint8Array() }: TensorRecord): number[] {
  const bytes = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Array.from({ length: rawData.byteLength / 8 }, (_, index) =>
    Number(bytes.getBigInt64(8 * index, true)),
  );
}

function int64Tensor(name: string, values: readonly number[]): TensorRecord {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, index) => {
    bytes.setBigInt64(8 * index, BigInt(value), true);
  });
  const rawData = new Uint8Array(bytes.buffer);
  return { name, dims: [values.length], dataType: elementTypeOf("int64"), rawData };
}

/** The bytes of the element that a tensor has everywhere; `undefined` where they differ. */
function onlyElement({ dims = [], rawData = new Uint8Array() }: TensorRecord): Uint8Array | undefined {
  const count = dims.reduce<number>((product, size) => product * Number(size), 1);
  const width = rawData.length / count;
  if (!Number.isInteger(width)) return undefined;
  const first = rawData.slice(0, width);
  return rawData.every((byte, index) => byte === first[index % width]) ? first : undefined;
}

function allEqual(versions: readonly unknown[]): boolean {
  const [first, ...others] = versions;
  return others.every((other) => isEqual(first, other));
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a, b] as Record<string, unknown>[] as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  return keys.every((key) => isEqual(left[key], right[key]));
}

function requireEqual(versions: readonly unknown[], what: string): void {
  if (!allEqual(versions)) throw new FixedBatch(`${what} depends on the size of the batch`);
}
