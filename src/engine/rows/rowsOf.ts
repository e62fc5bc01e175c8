import type { Attribute } from "../graph/attributes.js";
import type { Graph, Node, Value } from "../graph/graph.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { rowsOfConstants } from "./constants.js";
import { fits, none, type Rows, rowsOfShapes, type Sizes } from "./rows.js";
import { rowsRules } from "./rules.js";

export interface RowsOptions {
  readonly sizes: Sizes;
  /** Values of the whole graph that are taken for `none`, whatever enters them. Default: none. */
  readonly taken?: ReadonlySet<Value> | undefined;
}

/**
 * Finds out how the values of a graph depend on the rows of a batch: by comparing it to the same graph for fewer rows, operator by
 * operator, with a rule for each kind of operator. Whatever is not proved is mixed: operators without a rule, graphs that
 * differ in more than sizes, and numbers that change with the number of rows in a way of their own.
 *
 * @param whole for `sizes.whole` rows
 * @param part emitted by the same functions for `sizes.part` rows, another number
 * @returns how a value of `whole` depends on them
 */
export function rowsOf(whole: Graph, part: Graph, options: RowsOptions): (value: Value) => Rows {
  const walk = new Walk(options);
  const inputs = whole.inputs.map((input, at): Rows => {
    const twin = part.inputs[at];
    const rows = twin && rowsOfShapes(input.shape, twin.shape, options.sizes);
    return rows ?? { kind: "mixed", at: input.name };
  });
  walk.graph(whole, part, inputs);
  return walk.known;
}

class Walk {
  readonly #sizes: Sizes;
  readonly #taken: ReadonlySet<Value>;
  readonly #rows = new Map<Value, Rows>();
  /** What stands for a value in the graph of a part. */
  readonly #twins = new Map<Value, Value>();

  constructor({ sizes, taken = new Set() }: RowsOptions) {
    this.#sizes = sizes;
    this.#taken = taken;
  }

  readonly known = (value: Value): Rows => this.#rows.get(value) ?? { kind: "mixed", at: value.name };

  graph(whole: Graph, part: Graph, inputs: readonly Rows[]): void {
    whole.inputs.forEach((input, at) => {
      const twin = part.inputs[at];
      if (twin !== undefined) this.#set(input, twin, inputs[at] as Rows, input.name);
    });
    whole.nodes.forEach((node, at) => {
      const twin = part.nodes[at];
      const rows = twin === undefined ? undefined : this.#node(node, twin);
      node.outputs.forEach((output, place) => {
        const other = twin?.outputs[place];
        if (other !== undefined) this.#set(output, other, rows?.[place], node.name);
      });
    });
  }

  #set(value: Value, twin: Value, rows: Rows | undefined, at: string): void {
    this.#twins.set(value, twin);
    const isTaken = this.#taken.has(value) && sameShape(value.shape, twin.shape);
    const found = isTaken ? none : rows;
    const isRight = found !== undefined && fits(found, value.shape, twin.shape, this.#sizes);
    this.#rows.set(value, isRight || found?.kind === "mixed" ? found : { kind: "mixed", at });
  }

  /** One entry for each output; `undefined` where it is not known. */
  #node(node: Node, twin: Node): readonly (Rows | undefined)[] {
    const unknown = node.outputs.map(() => undefined);
    if (node.operator !== twin.operator || node.inputs.length !== twin.inputs.length) return unknown;
    if (node.outputs.length !== twin.outputs.length || !sameAttributes(node, twin)) return unknown;
    const inputs = node.inputs.map((input, at) => this.#operand(input, twin.inputs[at]));
    const mixed = inputs.find((rows) => rows?.kind === "mixed");
    if (mixed !== undefined) return node.outputs.map(() => mixed);
    if (inputs.some((rows) => rows === undefined)) return unknown;
    const given = inputs as readonly Rows[];
    const captures = node.captures.map(this.known);
    if ([...given, ...captures].every(({ kind }) => kind === "none")) {
      // Bodies of equal loops are compared as they are walked over.
      if (node.attributes.graphs().length === 0) return node.outputs.map(() => none);
    }
    const rule = rowsRules[node.operator.type];
    const found = rule?.({
      node,
      twin,
      inputs: given,
      sizes: this.#sizes,
      body: (rows) => this.#body(node, twin, rows),
    });
    if (found === undefined) return unknown;
    return "kind" in found ? node.outputs.map(() => found) : found;
  }

  /** `undefined` where what is fed is not the same in both graphs. */
  #operand(value: Value | undefined, twin: Value | undefined): Rows | undefined {
    if (value === undefined || twin === undefined) return value === twin ? none : undefined;
    if (value.constant !== undefined && twin.constant !== undefined) {
      return rowsOfConstants(value.constant, twin.constant, this.#sizes);
    }
    return this.#twins.get(value) === twin ? this.known(value) : undefined;
  }

  #body(node: Node, twin: Node, inputs: readonly Rows[]): readonly Rows[] {
    const [whole, part] = [node.attributes.graphs()[0] as Graph, twin.attributes.graphs()[0] as Graph];
    this.graph(whole, part, inputs);
    return whole.outputs.map(({ value }, at) => {
      return this.#operand(value, part.outputs[at]?.value) ?? { kind: "mixed", at: value.name };
    });
  }
}

/** Whether two nodes have the same attributes, graphs aside. */
function sameAttributes(node: Node, twin: Node): boolean {
  const [a, b] = [textsOf(node), textsOf(twin)];
  return a.length === b.length && a.every((text, at) => text === b[at]);
}

function textsOf(node: Node): string[] {
  return [...node.attributes].map(([name, attribute]) => `${name}=${textOf(attribute)}`);
}

function textOf({ kind, value }: Attribute): string {
  if (kind === "graph" || kind === "graphs") return kind;
  if (kind === "tensor") return textOfTensor(value);
  return kind === "tensors" ? value.map(textOfTensor).join("|") : String(value);
}

function textOfTensor({ dtype, shape, data }: Tensor): string {
  return `${dtype}[${shape}]${data}`;
}
