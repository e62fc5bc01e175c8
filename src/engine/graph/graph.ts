import { ImagoError } from "../errors.js";
import { checkType } from "../tensor/checkType.js";
import type { DType } from "../tensor/dtype.js";
import { type Shape, sizeAlong } from "../tensor/shape.js";
import { formatType, Tensor, type TensorType } from "../tensor/tensor.js";
import { Attributes } from "./attributes.js";
import type { Inputs, Operator } from "./operator.js";

/** A tensor that a graph will compute: an input, a constant, or one output of a node. */
export class Value {
  readonly graph: Graph;
  readonly name: string;
  readonly type: TensorType;
  /** The node that computes it; absent for inputs and constants. */
  readonly producer: Node | undefined;
  /** The elements, where they are known when the graph is built (an ONNX initialiser). */
  readonly constant: Tensor | undefined;

  constructor(
    graph: Graph,
    name: string,
    type: TensorType,
    origin: { producer?: Node; constant?: Tensor } = {},
  ) {
    this.graph = graph;
    this.name = name;
    this.type = type;
    this.producer = origin.producer;
    this.constant = origin.constant;
  }

  get shape(): Shape {
    return this.type.shape;
  }

  get dtype(): DType {
    return this.type.dtype;
  }

  get rank(): number {
    return this.type.shape.length;
  }

  /**
   * The size along an axis.
   *
   * @param axis from 0, or from -1 counted from the end
   * @throws where there is no such axis
   */
  size(axis: number): number {
    return sizeAlong(this.shape, axis, `%${this.name}`);
  }

  toString(): string {
    return `%${this.name}: ${formatType(this.type)}`;
  }
}

/** One application of an operator. */
export class Node {
  readonly operator: Operator;
  readonly name: string;
  readonly inputs: Inputs;
  readonly outputs: Value[] = [];
  #attributes: Attributes;

  constructor(operator: Operator, name: string, inputs: Inputs, attributes: Attributes) {
    this.operator = operator;
    this.name = name;
    this.inputs = inputs;
    this.#attributes = attributes;
  }

  get attributes(): Attributes {
    return this.#attributes;
  }

  /**
   * Gives the node attributes under which it computes more than before, behind its present outputs, and
   * appends the outputs that this makes: a loop's body that has got further results.
   */
  extend(graph: Graph, attributes: Attributes): void {
    const types = inferTypes(this.operator, this.name, this.inputs, attributes);
    this.#attributes = attributes;
    for (const type of types.slice(this.outputs.length)) {
      const name = graph.uniqueName(graph.scope + this.operator.type.toLowerCase());
      this.outputs.push(new Value(graph, name, type, { producer: this }));
    }
  }

  /** Values of enclosing graphs that the node's sub-graphs use, each once, in order of first use. */
  get captures(): readonly Value[] {
    const captured = new Set<Value>();
    for (const body of this.attributes.graphs()) for (const value of body.captures()) captured.add(value);
    return [...captured];
  }

  /** The inputs that are present, then the captures: all that must be computed before this node. */
  get dependencies(): readonly Value[] {
    const present = this.inputs.filter((input) => input !== undefined);
    return this.attributes.graphs().length === 0 ? present : [...present, ...this.captures];
  }
}

export interface GraphOutput {
  readonly name: string;
  readonly value: Value;
}

/**
 * A computation in ONNX operators, built by appending. Every value is assigned once and every node
 * stands behind the nodes it depends on.
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly constants: Value[] = [];
  readonly nodes: Node[] = [];
  readonly outputs: GraphOutput[] = [];
  /** The graph in which the node stands whose sub-graph this is. */
  readonly parent: Graph | undefined;
  readonly #names: Map<string, number>;
  readonly #scalars = new Map<string, Value>();
  #scope = "";

  constructor(parent?: Graph) {
    this.parent = parent;
    // Sub-graphs share the names of their parent: ONNX allows no shadowing.
    this.#names = parent === undefined ? new Map() : parent.#names;
  }

  /** How many graphs enclose this one. */
  get depth(): number {
    return this.parent === undefined ? 0 : this.parent.depth + 1;
  }

  /** A name that no value has yet: `base`, else `base_1`, `base_2`, … */
  uniqueName(base: string): string {
    let count = this.#names.get(base) ?? 0;
    let name = count === 0 ? base : `${base}_${count}`;
    while (count > 0 && this.#names.has(name)) {
      count++;
      name = `${base}_${count}`;
    }
    this.#names.set(base, count + 1);
    if (name !== base) this.#names.set(name, 1);
    return name;
  }

  /** Declares an input like {@link input}, under the next free name. For sub-graphs, fed by position. */
  bodyInput(name: string, type: TensorType): Value {
    const value = new Value(this, this.uniqueName(name), { dtype: type.dtype, shape: type.shape });
    this.inputs.push(value);
    return value;
  }

  /**
   * Declares an input that is fed at each run.
   *
   * @throws when the name is taken, since feeds are given by name
   */
  input(name: string, type: TensorType): Value {
    if (this.#names.has(name)) throw new ImagoError(`graph input "${name}": the name is already taken`);
    checkType(`graph input "${name}"`, type);
    const value = new Value(this, this.uniqueName(name), { dtype: type.dtype, shape: type.shape });
    this.inputs.push(value);
    return value;
  }

  /** A value known now. */
  constant(tensor: Tensor, name = "constant"): Value {
    const type = { dtype: tensor.dtype, shape: tensor.shape };
    const value = new Value(this, this.uniqueName(name), type, { constant: tensor });
    this.constants.push(value);
    return value;
  }

  /** A rank-0 constant; equal ones are the same value. */
  scalar(number: number, dtype: DType): Value {
    const key = `${dtype}:${Object.is(number, -0) ? "-0" : number}`;
    const known = this.#scalars.get(key);
    if (known !== undefined) return known;
    const value = this.constant(Tensor.scalar(number, dtype), "scalar");
    this.#scalars.set(key, value);
    return value;
  }

  /** Prefix of the names of nodes and their outputs, for example `dense_1/`. */
  get scope(): string {
    return this.#scope === "" && this.parent !== undefined ? this.parent.scope : this.#scope;
  }

  /** Runs `build` with `name/` added to the prefix of all names that it makes. */
  scoped<T>(name: string, build: () => T): T {
    const before = this.#scope;
    this.#scope = `${this.scope}${name}/`;
    try {
      return build();
    } finally {
      this.#scope = before;
    }
  }

  /**
   * Appends a node and gives its outputs.
   *
   * @throws when inference refuses the inputs; the error names the operator, the inputs and their types
   */
  emit(
    operator: Operator,
    inputs: Inputs,
    attributes: Attributes = Attributes.none,
    names?: EmitNames,
  ): Value[] {
    const name = this.uniqueName(names?.node ?? this.scope + operator.type);
    const types = inferTypes(operator, name, inputs, attributes);
    const node = new Node(operator, name, inputs, attributes);
    this.nodes.push(node);
    types.forEach((type, index) => {
      const base = names?.outputs?.[index] ?? this.scope + operator.type.toLowerCase();
      node.outputs.push(new Value(this, this.uniqueName(base), type, { producer: node }));
    });
    return node.outputs;
  }

  /**
   * Makes `value` an output under `name`.
   *
   * @throws when there is already an output of that name
   */
  output(name: string, value: Value): void {
    if (this.outputs.some((output) => output.name === name)) {
      throw new ImagoError(`graph output "${name}": there is already an output of that name`);
    }
    this.outputs.push({ name, value });
  }

  /**
   * Runs `build` and then takes off the inputs and nodes that it appended to this graph. So a sub-graph can
   * be differentiated in place, and what is wanted of the result copied to another.
   */
  draft<T>(build: () => T): T {
    const inputs = this.inputs.length;
    const nodes = this.nodes.length;
    try {
      return build();
    } finally {
      this.inputs.length = inputs;
      this.nodes.length = nodes;
    }
  }

  /** Values of enclosing graphs that this graph or its sub-graphs use, in order of first use. */
  captures(): Set<Value> {
    const captured = new Set<Value>();
    const look = (value: Value): void => {
      if (value.graph !== this && this.#encloses(value.graph)) captured.add(value);
    };
    for (const node of this.nodes) for (const value of node.dependencies) look(value);
    for (const { value } of this.outputs) look(value);
    return captured;
  }

  #encloses(graph: Graph): boolean {
    for (let at = this.parent; at !== undefined; at = at.parent) if (at === graph) return true;
    return false;
  }
}

/** Names to prefer for a node and for each of its outputs. */
export interface EmitNames {
  readonly node?: string;
  readonly outputs?: readonly (string | undefined)[];
}

/** Runs an operator's inference; an error is completed with the operator, the node and what came in. */
export function inferTypes(
  operator: Operator,
  nodeName: string,
  inputs: Inputs,
  attributes: Attributes,
): readonly TensorType[] {
  const [least, most] = operator.arity;
  try {
    if (inputs.length < least || inputs.length > most) {
      const expected = least === most ? `${least}` : `${least} to ${most}`;
      throw new ImagoError(`expected ${expected} inputs, received ${inputs.length}`);
    }
    return operator.infer({ inputs, attributes });
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    const received = inputs
      .map((input) => (input === undefined ? "none" : formatType(input.type)))
      .join(", ");
    throw new ImagoError(`${operator.type} "${nodeName}" (${received}): ${error.message}`, { cause: error });
  }
}
