import type { TensorType } from "../tensor/tensor.js";
import type { Attributes } from "./attributes.js";
import type { Graph, Node, Value } from "./graph.js";

/** The inputs of a node; a missing optional input is `undefined`. */
export type Inputs = readonly (Value | undefined)[];

export interface InferContext<I extends Inputs = Inputs> {
  readonly inputs: I;
  readonly attributes: Attributes;
}

export interface GradientContext<I extends Inputs = Inputs> {
  readonly node: Node;
  readonly inputs: I;
  readonly outputs: readonly [Value, ...Value[]];
  readonly attributes: Attributes;
  /**
   * The gradient of the loss with respect to each output. Where no gradient arrives it is a tensor of
   * zeros, or, for an operator that declares `partialGradients`, `undefined`.
   */
  readonly outputGradients: readonly [Value, ...Value[]];
  /** What a gradient is wanted for; one for any other input or capture is thrown away. */
  readonly active: ReadonlySet<Value>;
  /** The backward walk over another graph, for operators with sub-graphs. */
  readonly backward: Backward;
}

/**
 * Appends to `graph` the operators that lead from gradients at some of its values (`seeds`) back to `wrt`.
 *
 * @returns the gradients that reach `wrt`; an entry is missing where none does
 */
export type Backward = (
  graph: Graph,
  seeds: ReadonlyMap<Value, Value>,
  wrt: readonly Value[],
) => Map<Value, Value>;

/** What a gradient rule gives: one entry for each input, then one for each of the node's captures. */
export type InputGradients = readonly (Value | undefined)[];

/** Why an operator lets no gradient through. */
export interface NoGradient {
  readonly none: string;
}

/** Everything the engine knows of one ONNX operator. A node refers to its operator directly. */
export interface Operator {
  /** ONNX's operator type, for example `MatMul`. */
  readonly type: string;
  /** ONNX's operator domain; "" is the standard one. */
  readonly domain: string;
  /** Smallest and largest number of inputs. */
  readonly arity: readonly [number, number];
  /** Output types from input types and attributes; throws where they do not fit. Pure. */
  readonly infer: (context: InferContext) => readonly TensorType[];
  /** Emits the gradient with respect to each input, or says why there is none. */
  readonly gradient: ((context: GradientContext) => InputGradients) | NoGradient;
  /** The inputs broadcast, so the backward walk sums each gradient down to its input's shape. */
  readonly broadcasts: boolean;
  /** The rule wants `undefined` rather than zeros for outputs that no gradient reaches. */
  readonly partialGradients: boolean;
  /** How many of the last outputs are not computed at all where nothing uses them. */
  readonly optionalOutputs: number;
  /** Positions of outputs that a file leaves out and that are left out again where it is written. Default: none. */
  readonly leftOut?: ReadonlySet<number>;
}
