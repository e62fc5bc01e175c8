import { ImagoError } from "../../errors.js";
import { valuesField } from "../../graph/fields.js";
import { Graph, type Value } from "../../graph/graph.js";
import type { InferContext, Operator } from "../../graph/operator.js";
import { callable, type FieldsOf, flag, optional } from "../../options.js";
import { sameShape } from "../../tensor/shape.js";
import { formatType, type TensorType } from "../../tensor/tensor.js";
import { defineOp } from "../define/define.js";
import { addBodyOutput } from "./addBodyOutput.js";
import { scanGradient } from "./scanGradient.js";
import { scanAttributes, scanLayout } from "./scanLayout.js";

/** What a scan's body gives: the states after the step, and this step's part of each stacked output. */
export interface ScanStep {
  readonly states: readonly Value[];
  readonly outputs: readonly Value[];
}

export interface ScanOptions {
  /** The states before the first step. */
  readonly states: readonly Value[];
  /** At least one value `[time, …]`; all have the same length. */
  readonly sequences: readonly Value[];
  /**
   * Emits one step, once, from the states before it and one element of each sequence. It may use values of
   * the enclosing graph, and what it computes from these alone is computed once, outside of the loop.
   */
  readonly body: (states: readonly Value[], elements: readonly Value[]) => ScanStep;
  /** Begin with the last element of every sequence. Default: false. */
  readonly reverse?: boolean | undefined;
  /** Stack the outputs beginning with the last place. Default: as `reverse`, so that each stands where its elements do. */
  readonly reverseOutputs?: boolean | undefined;
}

function infer(context: InferContext): TensorType[] {
  const { body, states, inputDirections, outputDirections } = scanLayout(context);
  const { attributes } = context;
  for (const name of ["scan_input_axes", "scan_output_axes"]) {
    if (attributes.ints(name)?.some((axis) => axis !== 0)) {
      throw new ImagoError(`${name} other than 0 are not supported; transpose before or behind the Scan`);
    }
  }
  if (inputDirections.length === 0) throw new ImagoError("expected at least one sequence, received none");
  if (
    body.inputs.length !== context.inputs.length ||
    outputDirections.length + states !== body.outputs.length
  ) {
    throw new ImagoError(
      `the body has ${body.inputs.length} inputs and ${body.outputs.length} outputs, which do not fit ` +
        `${states} states and ${inputDirections.length} sequences`,
    );
  }
  const length = checkInputs(context.inputs as readonly Value[], body, states);
  return body.outputs.map(({ value: { dtype, shape, type } }, index) => {
    if (index >= states) return { dtype, shape: [length, ...shape] };
    const before = (body.inputs[index] as Value).type;
    if (dtype !== before.dtype || !sameShape(shape, before.shape)) {
      throw new ImagoError(
        `the body takes state ${index} as ${formatType(before)} and gives ${formatType(type)}; a state keeps its type`,
      );
    }
    return before;
  });
}

/** Checks what goes into the body against its inputs and gives the number of steps. */
function checkInputs(inputs: readonly Value[], body: Graph, states: number): number {
  let length: number | undefined;
  inputs.forEach((input, index) => {
    const expected = (body.inputs[index] as Value).type;
    if (index >= states) {
      const [steps] = input.shape;
      if (steps === undefined) throw new ImagoError(`sequence ${index - states} has no axis of time`);
      length ??= steps;
      if (steps !== length) {
        throw new ImagoError(`sequences must be equally long, received lengths ${length} and ${steps}`);
      }
    }
    const element = index < states ? input.shape : input.shape.slice(1);
    if (input.dtype !== expected.dtype || !sameShape(element, expected.shape)) {
      const role = index < states ? `state ${index}` : `an element of sequence ${index - states}`;
      throw new ImagoError(
        `the body takes ${role} as ${formatType(expected)}, received ${formatType(input.type)}`,
      );
    }
  });
  return length as number;
}

/** The body as a graph: `build` applied to one input for each state and each sequence's element. */
function bodyGraph(parent: Graph, { states, sequences, body: build }: ScanOptions): Graph {
  const body = new Graph(parent);
  const before = states.map(({ type }) => body.bodyInput(`${parent.scope}state`, type));
  const elements = sequences.map(({ dtype, shape }) =>
    body.bodyInput(`${parent.scope}element`, { dtype, shape: shape.slice(1) }),
  );
  const step = build(before, elements);
  if (step.states.length !== states.length) {
    throw new ImagoError(
      `Scan: the body was given ${states.length} states and must give as many, but gave ${step.states.length}`,
    );
  }
  for (const value of [...step.states, ...step.outputs]) addBodyOutput(body, value);
  return body;
}

/** The innermost graph of `values`. */
function innermost(values: readonly Value[]): Graph {
  const [first, ...others] = values.map(({ graph }) => graph);
  if (first === undefined) throw new ImagoError("Scan: expected at least one sequence, received none");
  return others.reduce((inner, graph) => (graph.depth > inner.depth ? graph : inner), first);
}

const fields = {
  states: valuesField,
  sequences: valuesField,
  body: callable<ScanOptions["body"]>(),
  reverse: flag(false),
  reverseOutputs: optional(flag(false)),
} satisfies FieldsOf<ScanOptions>;

/**
 * A loop over time: applies `body` to each element of the sequences in turn and hands the states on.
 *
 * @returns the states after the last step, and every output of the body stacked along a new first axis
 * @throws when sequences differ in length, or the body gives other states than it took
 */
export const scan = defineOp<
  readonly (Value | undefined)[],
  (options: ScanOptions) => { readonly states: readonly Value[]; readonly outputs: readonly Value[] },
  typeof fields
>(
  "Scan",
  {
    arity: [1, Number.POSITIVE_INFINITY],
    options: { at: 0, fields },
    infer,
    gradient: scanGradient,
    partialGradients: true,
  },
  (operator: Operator, settings) => () => {
    const { states, sequences, reverse, reverseOutputs = reverse } = settings;
    const operands = [...states, ...sequences];
    const graph = innermost(operands);
    const body = bodyGraph(graph, settings);
    const attributes = scanAttributes({
      body,
      inputDirections: sequences.map(() => (reverse ? 1 : 0)),
      outputDirections: body.outputs.slice(states.length).map(() => (reverseOutputs ? 1 : 0)),
    });
    const results = graph.emit(operator, operands, attributes);
    return { states: results.slice(0, states.length), outputs: results.slice(states.length) };
  },
);
