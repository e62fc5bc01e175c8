import { type Attribute, int, ints } from "../../graph/attributes.js";
import { int64Vector } from "../../ops/define/define.js";
import { Tensor } from "../../tensor/tensor.js";
import type { NormalizeContext, PlainNode } from "../proto/plainNode.js";

/** The nodes that one operator is rewritten as, added one after the other. */
export class NodeList {
  readonly context: NormalizeContext;
  readonly #base: string;
  readonly #list: PlainNode[] = [];

  /** @param base what the results between are called */
  constructor(context: NormalizeContext, base: string) {
    this.context = context;
    this.#base = base;
  }

  add(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = this.context.fresh(this.#base);
    this.#list.push({ domain: "", type, name: "", inputs, outputs: [output], attributes, bodies: [] });
    return output;
  }

  /** A constant without axes, of the element type of `like`. */
  scalar(number: number, like: string, base: string): string {
    return this.context.constant(Tensor.scalar(number, this.context.typeOf(like).dtype), base);
  }

  reshape(input: string, shape: readonly number[]): string {
    const attributes = { allowzero: int(1) };
    return this.add("Reshape", [input, this.context.constant(int64Vector(shape), "shape")], attributes);
  }

  transpose(input: string, perm: readonly number[]): string {
    return this.add("Transpose", [input], { perm: ints(perm) });
  }

  /** All nodes, of which the last gives `result` as the first output of the node that is rewritten. */
  ending(result: string, { outputs }: PlainNode): readonly PlainNode[] {
    this.add("Identity", [result]);
    const last = this.#list.pop() as PlainNode;
    return [...this.#list, { ...last, outputs: outputs.slice(0, 1) }];
  }
}
