import { elementTypeOf } from "../../ops/define/elementType.js";
import type { NodeRecord, TensorRecord } from "../proto/records.js";
import { attributeTypes } from "../proto/schema.js";

/** What a size is for each set of sizes with which a model was written. */
export type Versions = readonly number[];

/** An axis of a value whose size is known when the file runs. */
interface Place {
  readonly sizes: Versions;
  readonly value: string;
  readonly axis: number;
  /** The node behind which the value is there; -1: from the beginning. */
  readonly at: number;
  /** Whether it is the axis of an input. */
  readonly isOpen: boolean;
}

/** A tensor int64 `[1]` with a size, and the node behind which it can be computed. */
interface Computed {
  readonly name: string;
  readonly at: number;
}

/** At most so many sizes are multiplied. */
const mostFactors = 4;

/**
 * The sizes that a graph's values have when it runs, and the nodes that compute others of them: each is found again by
 * its versions, as the size of an axis, a multiple or a product of such sizes, or one of them with something added.
 */
export class SizeNodes {
  readonly constants: TensorRecord[] = [];
  readonly #parent: SizeNodes | undefined;
  readonly #prefix: string;
  readonly #places = new Map<string, Place>();
  readonly #computed = new Map<string, Computed>();
  readonly #nodes = new Map<number, NodeRecord[]>();

  /** @param prefix of the names of what is made */
  constructor(prefix: string, parent?: SizeNodes) {
    this.#prefix = prefix;
    this.#parent = parent;
  }

  /** The nodes to write behind a node of the graph, or at the beginning. */
  behind(at: number): readonly NodeRecord[] {
    return this.#nodes.get(at) ?? [];
  }

  /** Makes the sizes of a value known. Of equal ones the first counts. */
  add(value: string, shapes: readonly (readonly number[])[], at: number, isOpen = false): void {
    const [first = []] = shapes;
    first.forEach((_, axis) => {
      const sizes = shapes.map((shape) => shape[axis] as number);
      const key = sizes.join();
      const isKnown = this.#places.has(key) || this.#parent?.knows(key) === true;
      if (!isConstant(sizes) && !isKnown) this.#places.set(key, { sizes, value, axis, at, isOpen });
    });
  }

  knows(key: string): boolean {
    return this.#places.has(key) || this.#parent?.knows(key) === true;
  }

  /** The name of a tensor int64 `[1]` with a size; `undefined` where no way to it is known. */
  size(sizes: Versions): string | undefined {
    return this.#find(sizes)?.name;
  }

  #find(sizes: Versions): Computed | undefined {
    const outer = this.#parent?.size(sizes);
    if (outer !== undefined) return { name: outer, at: -1 };
    const key = sizes.join();
    const known = this.#computed.get(key) ?? this.#compute(sizes);
    if (known !== undefined) this.#computed.set(key, known);
    return known;
  }

  #compute(sizes: Versions): Computed | undefined {
    if (isConstant(sizes)) return this.#constant(sizes[0] as number);
    const place = this.#places.get(sizes.join());
    if (place !== undefined) return this.#shape(place);
    const places = [...this.#places.values()];
    const open = places.filter(({ isOpen }) => isOpen);
    return this.#affine(sizes, open) ?? this.#product(sizes, places) ?? this.#affine(sizes, places);
  }

  #constant(value: number): Computed {
    const name = `${this.#prefix}${value}`;
    if (!this.constants.some((tensor) => tensor.name === name))
      this.constants.push(int64Tensor(name, [value]));
    return { name, at: -1 };
  }

  #shape({ value, axis, at, sizes }: Place): Computed {
    const attribute = [
      { name: "start", i: axis, type: attributeTypes.int },
      { name: "end", i: axis + 1, type: attributeTypes.int },
    ];
    return this.#emit("Shape", [{ name: value, at }], sizes, attribute);
  }

  /** `sizes` as slope · place + offset. */
  #affine(sizes: Versions, places: readonly Place[]): Computed | undefined {
    for (const place of places) {
      const line = lineThrough(place.sizes, sizes);
      if (line === undefined) continue;
      const { slope, offset } = line;
      const base = this.#find(place.sizes) as Computed;
      const scaled = place.sizes.map((size) => slope * size);
      const multiple = slope === 1 ? base : this.#emit("Mul", [base, this.#constant(slope)], scaled);
      return offset === 0 ? multiple : this.#emit("Add", [multiple, this.#constant(offset)], sizes);
    }
    return undefined;
  }

  /** `sizes` as a constant times places. */
  #product(sizes: Versions, places: readonly Place[], factors = mostFactors): Computed | undefined {
    if (isConstant(sizes)) return this.#constant(sizes[0] as number);
    const place = this.#places.get(sizes.join());
    if (place !== undefined) return this.#find(place.sizes);
    if (factors === 0) return undefined;
    for (const factor of places) {
      const rest = sizes.map((size, index) => size / (factor.sizes[index] as number));
      if (!rest.every(Number.isInteger)) continue;
      const other = this.#product(rest, places, factors - 1);
      if (other === undefined) continue;
      const base = this.#find(factor.sizes) as Computed;
      return rest.every((size) => size === 1) ? base : this.#emit("Mul", [base, other], sizes);
    }
    return undefined;
  }

  #emit(
    opType: string,
    inputs: readonly Computed[],
    sizes: Versions,
    attribute: NodeRecord["attribute"] = [],
  ): Computed {
    const key = sizes.join();
    const known = this.#computed.get(key);
    if (known !== undefined) return known;
    const at = Math.max(...inputs.map((input) => input.at));
    const name = `${this.#prefix}${this.#computed.size}/size`;
    const node = {
      opType,
      name: `${name}/${opType}`,
      input: inputs.map((input) => input.name),
      output: [name],
      attribute,
    };
    this.#nodes.set(at, [...this.behind(at), node]);
    const computed = { name, at };
    this.#computed.set(key, computed);
    return computed;
  }
}

export function isConstant(sizes: Versions): boolean {
  return sizes.every((size) => size === sizes[0]);
}

/** Whole slope and offset with which all of `from` give `to`. */
function lineThrough(from: Versions, to: Versions): { slope: number; offset: number } | undefined {
  const other = from.findIndex((size) => size !== from[0]);
  const [x, y] = [from[0] as number, to[0] as number];
  const slope = ((to[other] as number) - y) / ((from[other] as number) - x);
  const offset = y - slope * x;
  const fits =
    Number.isInteger(slope) && slope !== 0 && from.every((size, at) => slope * size + offset === to[at]);
  return fits ? { slope, offset } : undefined;
}

/** A tensor of whole numbers, as files keep it. */
export function int64Tensor(name: string, values: readonly number[], dims = [values.length]): TensorRecord {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, dims, dataType: elementTypeOf("int64"), rawData };
}
