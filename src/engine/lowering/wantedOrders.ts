import type { Graph, Node, Value } from "../graph/graph.js";
import { sameShape } from "../tensor/shape.js";
import { permutationOf } from "./noOps.js";
import { isStandard } from "./rewrite.js";

const transposes = new Set(["Transpose"]);

/** What a value is brought into that is only summed up further on. */
const any = "any";

/**
 * How an operator treats the axes of its inputs: all alike, those of its first input alike, or it takes some of
 * them away.
 */
export type Kind = "elementwise" | "border" | "reduction";

/**
 * Which orders of axes values of a graph are brought into by a Transpose further on, or are no matter since a
 * reduction follows, with only operators in between that a Transpose can pass.
 */
export class WantedOrders {
  readonly #orders = new Map<Value, Set<string>>();
  readonly #kindOf: (node: Node) => Kind | undefined;

  constructor(graph: Graph, kindOf: (node: Node) => Kind | undefined) {
    this.#kindOf = kindOf;
    this.#walk(graph);
  }

  /** Whether `value` is transposed by `permutation` further on. */
  has(value: Value, permutation: readonly number[]): boolean {
    return this.#orders.get(value)?.has(permutation.join()) === true;
  }

  /** Whether it does not matter to something further on in which order the axes of `value` are. */
  hasAny(value: Value): boolean {
    return this.#orders.get(value)?.has(any) === true;
  }

  #walk({ nodes }: Graph): void {
    for (let index = nodes.length - 1; index >= 0; index--) {
      const node = nodes[index] as Node;
      for (const body of node.attributes.graphs()) this.#walk(body);
      const [x] = node.inputs;
      if (isStandard(node, transposes) && x !== undefined) {
        this.#add(x, [permutationOf(node.attributes.ints("perm"), x.rank).join()]);
        continue;
      }
      const kind = this.#kindOf(node);
      if (kind === "elementwise") this.#passOn(node);
      else if (kind === "border" && x !== undefined)
        this.#add(x, this.#orders.get(node.outputs[0] as Value) ?? []);
      else if (kind === "reduction" && x !== undefined) this.#add(x, [any]);
    }
  }

  #passOn({ inputs, outputs: [output] }: Node): void {
    const orders = output && this.#orders.get(output);
    if (orders === undefined) return;
    for (const input of inputs) {
      if (input !== undefined && sameShape(input.shape, output?.shape ?? [])) this.#add(input, orders);
    }
  }

  #add(value: Value, orders: Iterable<string>): void {
    const known = this.#orders.get(value) ?? new Set();
    for (const order of orders) known.add(order);
    this.#orders.set(value, known);
  }
}
