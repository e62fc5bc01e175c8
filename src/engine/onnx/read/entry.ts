import { type Graph, Value } from "../../graph/graph.js";
import type { Tensor, TensorType } from "../../tensor/tensor.js";

/**
 * What a name in a file stands for: a value of the graph, or elements that were computed while reading
 * and become a constant of the graph when something uses them.
 */
export class Entry {
  readonly #graph: Graph;
  readonly #base: string;
  readonly #elements: Tensor | undefined;
  #value: Value | undefined;

  constructor(graph: Graph, base: string, source: Value | Tensor) {
    this.#graph = graph;
    this.#base = base;
    if (source instanceof Value) this.#value = source;
    else this.#elements = source;
  }

  get value(): Value {
    this.#value ??= this.#graph.constant(this.#elements as Tensor, this.#base);
    return this.#value;
  }

  /** The value, where the graph has it already. */
  get present(): Value | undefined {
    return this.#value;
  }

  get type(): TensorType {
    return this.#elements ?? this.value.type;
  }

  /** The elements, where they are known: computed while reading, or an initialiser. */
  get known(): Tensor | undefined {
    return this.#elements ?? this.#value?.constant;
  }

  /** Whether the elements were computed while reading, so that nobody trains or replaces them. */
  get folded(): boolean {
    return this.#elements !== undefined;
  }
}
