import { ImagoError } from "../../errors.js";
import { type Attribute, Attributes } from "../../graph/attributes.js";
import { type Graph, Value } from "../../graph/graph.js";
import type {
  GradientContext,
  InferContext,
  InputGradients,
  Inputs,
  NoGradient,
  Operator,
} from "../../graph/operator.js";
import { type Fields, type ReadOf, refusal } from "../../options.js";
import type { DType } from "../../tensor/dtype.js";
import { broadcastShapes } from "../../tensor/shape.js";
import { Tensor, type TensorType } from "../../tensor/tensor.js";
import { type ElementKind, requireKind } from "./elementKind.js";
import { type Emitter, type NoOptions, type OptionsPlace, withOptions } from "./withOptions.js";

/** What an operator's function takes for an input: a value, or something that becomes a constant. */
export type Operand = Value | Tensor | number;

export interface OperatorDefinition<I extends Inputs, O extends Fields = NoOptions> {
  /** Number of inputs, or the smallest and largest. */
  readonly arity: number | readonly [number, number];
  /** Default: "", the standard domain. */
  readonly domain?: string;
  /** The options that the operator's function takes. Default: none. */
  readonly options?: OptionsPlace<O>;
  readonly infer: (context: InferContext<I>) => readonly TensorType[];
  readonly gradient: ((context: GradientContext<I>) => InputGradients) | NoGradient;
  /** Default: false. */
  readonly broadcasts?: boolean;
  /** Default: false. */
  readonly partialGradients?: boolean;
  /** Default: 0. */
  readonly optionalOutputs?: number;
}

/** A function that emits an operator, and what stands behind it. */
export type Defined<F> = F & {
  readonly operator: Operator;
  /** What it takes besides operands; absent where that is nothing. */
  readonly options?: OptionsPlace | undefined;
};

/** Says why an operator lets no gradient through: `gradient: none("integer output")`. */
export function none(reason: string): NoGradient {
  return { none: reason };
}

/**
 * Defines one ONNX operator: what stands here is all that the engine knows of it.
 *
 * @param type ONNX's operator type
 * @param definition inference and gradient; the inputs' tuple type is checked at run time by `arity`
 * @param call makes the function that emits the operator, from its {@link Operator} and the options as they were read
 * @returns that function, which reads its options first and carries the operator as `operator`
 */
export function defineOp<I extends Inputs, F extends Emitter, O extends Fields = NoOptions>(
  type: string,
  definition: OperatorDefinition<I, O>,
  call: (operator: Operator, settings: ReadOf<O>) => F,
): Defined<F> {
  const {
    arity,
    domain = "",
    broadcasts = false,
    partialGradients = false,
    optionalOutputs = 0,
    options,
  } = definition;
  const operator: Operator = {
    type,
    domain,
    arity: typeof arity === "number" ? [arity, arity] : arity,
    // The arity check in front of both makes the narrower tuple type true.
    infer: definition.infer as Operator["infer"],
    gradient: definition.gradient as Operator["gradient"],
    broadcasts,
    partialGradients,
    optionalOutputs,
  };
  const make = (settings: ReadOf<O>): F => call(operator, settings);
  return options === undefined
    ? Object.assign(make({} as ReadOf<O>), { operator })
    : Object.assign(withOptions(type, options, make), { operator, options });
}

/** @throws when it is neither a tensor nor a number, from programs that no compiler has checked */
function checkOperand(operator: Operator, operand: unknown): void {
  if (operand === undefined || typeof operand === "number" || operand instanceof Tensor) return;
  throw refusal(operator.type, "an operand", "a number, a tensor or a value of a graph", operand);
}

/** The graph an operator applied to `operands` belongs to: the innermost of theirs. */
export function graphOf(operator: Operator, operands: readonly (Operand | undefined)[]): Graph {
  let found: Graph | undefined;
  for (const operand of operands) {
    if (!(operand instanceof Value)) {
      checkOperand(operator, operand);
      continue;
    }
    if (found === undefined || operand.graph.depth > found.depth) found = operand.graph;
  }
  if (found === undefined) {
    throw new ImagoError(
      `${operator.type}: at least one input must be a value of a graph; numbers and tensors alone say not which`,
    );
  }
  return found;
}

/** `operand` as a value of `graph`; a number becomes a scalar of type `dtype`. */
export function toValue(graph: Graph, operand: Operand, dtype: DType): Value {
  if (operand instanceof Value) return operand;
  return operand instanceof Tensor ? graph.constant(operand) : graph.scalar(operand, dtype);
}

/**
 * Emits an operator with several outputs. Plain numbers take the element type of the first operand
 * that has one.
 */
export function emitAll(
  operator: Operator,
  operands: readonly (Operand | undefined)[],
  attributes: Readonly<Record<string, Attribute | undefined>> = {},
): Value[] {
  const graph = graphOf(operator, operands);
  const typed = operands.find((operand) => operand !== undefined && typeof operand !== "number");
  const dtype = typed instanceof Value || typed instanceof Tensor ? typed.dtype : "float32";
  const inputs = operands.map((operand) =>
    operand === undefined ? undefined : toValue(graph, operand, dtype),
  );
  while (inputs.length > 0 && inputs[inputs.length - 1] === undefined) inputs.pop();
  return graph.emit(operator, inputs, new Attributes(attributes));
}

/** Emits an operator with one output. */
export function emit(
  operator: Operator,
  operands: readonly (Operand | undefined)[],
  attributes: Readonly<Record<string, Attribute | undefined>> = {},
): Value {
  return emitAll(operator, operands, attributes)[0] as Value;
}

/** Emits an operator for one input. */
export type UnaryOp = ((x: Operand) => Value) & { readonly operator: Operator };
/** Emits an operator for two inputs that broadcast. */
export type BinaryOp = ((a: Operand, b: Operand) => Value) & { readonly operator: Operator };

export interface ElementwiseOptions {
  /** Element types the operator is defined for. Default: floating-point for one input, numeric for two. */
  readonly accepts?: ElementKind;
  /** The output's element type. Default: that of the inputs. */
  readonly result?: DType;
}

/**
 * An element-wise operator of one input without attributes. A rule that gives `undefined` says that the
 * gradient is zero everywhere, as for a step function.
 */
export function unaryOp(
  type: string,
  gradient: ((x: Value, y: Value, dy: Value) => Value | undefined) | NoGradient,
  options: ElementwiseOptions = {},
): UnaryOp {
  return defineOp<[Value], (x: Operand) => Value>(
    type,
    {
      arity: 1,
      infer: ({ inputs: [x] }) => {
        requireKind(x, options.accepts ?? "floating-point");
        return [{ dtype: options.result ?? x.dtype, shape: x.shape }];
      },
      gradient:
        typeof gradient === "function"
          ? ({ inputs: [x], outputs: [y], outputGradients: [dy] }) => [gradient(x, y, dy)]
          : gradient,
    },
    (operator) => (x) => emit(operator, [x]),
  );
}

/** The type of an element-wise operator's output whose inputs broadcast and share one element type. */
export function inferBroadcast(inputs: readonly Value[], dtype?: DType): TensorType {
  const first = inputs[0] as Value;
  for (const input of inputs) {
    if (input.dtype !== first.dtype) {
      throw new ImagoError(`expected inputs of one element type; cast one of them to the other's`);
    }
  }
  return { dtype: dtype ?? first.dtype, shape: broadcastShapes(...inputs.map((input) => input.shape)) };
}

/** An element-wise operator of two inputs that broadcast. */
export function binaryOp(
  type: string,
  gradient:
    | ((a: Value, b: Value, dy: Value, y: Value) => readonly [Value | undefined, Value | undefined])
    | NoGradient,
  options: ElementwiseOptions = {},
): BinaryOp {
  return defineOp<[Value, Value], (a: Operand, b: Operand) => Value>(
    type,
    {
      arity: 2,
      broadcasts: true,
      infer: ({ inputs }) => {
        for (const input of inputs) requireKind(input, options.accepts ?? "numeric");
        return [inferBroadcast(inputs, options.result)];
      },
      gradient:
        typeof gradient === "function"
          ? ({ inputs: [a, b], outputs: [y], outputGradients: [dy] }) => gradient(a, b, dy, y)
          : gradient,
    },
    (operator) => (a, b) => emit(operator, [a, b]),
  );
}

/** A vector constant of int64, as ONNX takes shapes, axes and indices. */
export function int64Vector(values: readonly number[]): Tensor<"int64"> {
  return new Tensor("int64", [values.length], BigInt64Array.from(values, BigInt));
}

/**
 * The numbers in a constant integer input.
 *
 * @throws when the input is not a constant: shapes are known when a graph is traced
 */
export function constantInts(input: Value, what: string): number[] {
  if (input.constant === undefined) {
    throw new ImagoError(
      `${what} (%${input.name}) must be a constant: shapes are fixed when a graph is built`,
    );
  }
  return Array.from(input.constant.data as Iterable<number | bigint>, Number);
}
