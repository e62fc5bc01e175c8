import { ImagoError } from "../errors.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Graph } from "./graph.js";

/**
 * One attribute of a node. The kind is explicit because ONNX tells 1 from 1.0 and JavaScript does not.
 */
export type Attribute = {
  readonly [K in Kind]: { readonly kind: K; readonly value: AttributeValues[K] };
}[Kind];

interface AttributeValues {
  int: number;
  float: number;
  string: string;
  tensor: Tensor;
  graph: Graph;
  ints: readonly number[];
  floats: readonly number[];
  strings: readonly string[];
  tensors: readonly Tensor[];
  graphs: readonly Graph[];
}

type Kind = keyof AttributeValues;

export const int = (value: number): Attribute => ({ kind: "int", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const string = (value: string): Attribute => ({ kind: "string", value });
export const ints = (value: readonly number[]): Attribute => ({ kind: "ints", value });
export const floats = (value: readonly number[]): Attribute => ({ kind: "floats", value });
export const graphAttribute = (value: Graph): Attribute => ({ kind: "graph", value });

/** The attributes of one node, read by name and kind, with the operator's default where one is absent. */
export class Attributes implements Iterable<readonly [string, Attribute]> {
  static readonly none = new Attributes({});
  readonly #entries: ReadonlyMap<string, Attribute>;

  /** Entries that are `undefined` are left out, so an optional attribute can be passed through. */
  constructor(entries: Readonly<Record<string, Attribute | undefined>>) {
    const present = Object.entries(entries).filter(
      (entry): entry is [string, Attribute] => entry[1] !== undefined,
    );
    this.#entries = new Map(present.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** In the order of their names, so that equal nodes are written as equal bytes. */
  [Symbol.iterator](): Iterator<readonly [string, Attribute]> {
    return this.#entries[Symbol.iterator]();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  #read<K extends Kind>(kind: K, name: string): AttributeValues[K] | undefined {
    const found = this.#entries.get(name);
    if (found === undefined) return undefined;
    if (found.kind !== kind) {
      throw new ImagoError(`attribute "${name}": expected ${kind}, received ${found.kind}`);
    }
    return found.value as AttributeValues[K];
  }

  #require<T>(value: T | undefined, kind: Kind, name: string): T {
    if (value === undefined) throw new ImagoError(`attribute "${name}" (${kind}) is required`);
    return value;
  }

  int(name: string, fallback?: number): number {
    return this.#require(this.#read("int", name) ?? fallback, "int", name);
  }

  float(name: string, fallback?: number): number {
    return this.#require(this.#read("float", name) ?? fallback, "float", name);
  }

  string(name: string, fallback?: string): string {
    return this.#require(this.#read("string", name) ?? fallback, "string", name);
  }

  ints(name: string): readonly number[] | undefined {
    return this.#read("ints", name);
  }

  floats(name: string): readonly number[] | undefined {
    return this.#read("floats", name);
  }

  strings(name: string): readonly string[] | undefined {
    return this.#read("strings", name);
  }

  tensor(name: string): Tensor | undefined {
    return this.#read("tensor", name);
  }

  graph(name: string): Graph {
    return this.#require(this.#read("graph", name), "graph", name);
  }

  /** All sub-graphs, in the order of their attributes' names. */
  graphs(): Graph[] {
    const found: Graph[] = [];
    for (const attribute of this.#entries.values()) {
      if (attribute.kind === "graph") found.push(attribute.value);
      if (attribute.kind === "graphs") found.push(...attribute.value);
    }
    return found;
  }

  /** A copy with every sub-graph replaced. */
  mapGraphs(replace: (graph: Graph) => Graph): Attributes {
    const entries: Record<string, Attribute> = {};
    for (const [name, attribute] of this.#entries) {
      entries[name] =
        attribute.kind === "graph"
          ? { kind: "graph", value: replace(attribute.value) }
          : attribute.kind === "graphs"
            ? { kind: "graphs", value: attribute.value.map(replace) }
            : attribute;
    }
    return new Attributes(entries);
  }
}
