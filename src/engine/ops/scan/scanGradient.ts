import { copyNodes } from "../../graph/cut.js";
import { Graph, type Value } from "../../graph/graph.js";
import type { GradientContext, InputGradients } from "../../graph/operator.js";
import { isFloat } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import { add } from "../add.js";
import { reverse } from "../composed/reverse.js";
import { type SumPlan, sumOverTime } from "../composed/sumOverTime.js";
import { zeros } from "../composed/zeros.js";
import { expand } from "../expand.js";
import { addBodyOutput } from "./addBodyOutput.js";
import { ForwardLoop } from "./forwardLoop.js";
import { type ScanLayout, scanAttributes } from "./scanLayout.js";
import { splitBody } from "./scanSaved.js";

/**
 * The gradient of a loop is a loop from the last step to the first. Its states are the gradients for the
 * states; its sequences are the gradients for the stacked outputs and those values of the forward body that
 * the backward operators use, which become further outputs of the forward loop. A gradient for a captured
 * value is a sum over all steps, taken behind the loop where {@link sumOverTime} knows how and in a state of
 * the backward loop otherwise.
 */
export function scanGradient(context: GradientContext): InputGradients {
  const { node } = context;
  const captures = node.captures;
  const forward = new ForwardLoop(context);
  const plan = forward.layout.body.draft(() => planBackward(context, forward, captures));
  if (plan.body.outputs.length === 0) return [];
  forward.extend(plan.kept);
  const results = emitBackward(context, forward, plan);
  const gradientOf = new Map<Value, Value>();
  plan.states.forEach(({ target }, index) => {
    gradientOf.set(target, results[index] as Value);
  });
  const stacked = new Map(
    plan.stacks.map((value, index) => [value, results[plan.states.length + index] as Value]),
  );
  for (const [element, gradient] of plan.elements) {
    const all = stacked.get(gradient) as Value;
    gradientOf.set(element, forward.isTurned(element) ? reverse(all, [0]) : all);
  }
  const atAllSteps = (value: Value): Value => stacked.get(value) ?? forward.stacked(value);
  for (const [capture, { emit }] of plan.sums) gradientOf.set(capture, emit(atAllSteps));
  return [...forward.layout.body.inputs, ...captures].map((target) => gradientOf.get(target));
}

/** What the draft of the backward pass found out. */
interface BackwardPlan {
  readonly body: Graph;
  /** The backward loop's states: whose gradient each becomes, and the gradient at the last step, if any arrives. */
  readonly states: readonly { readonly target: Value; readonly last: Value | undefined }[];
  /** The backward loop's sequences: gradients of stacked outputs, each with the direction of reading it. */
  readonly gradients: readonly { readonly gradient: Value; readonly direction: number }[];
  /** The sequences behind these: values of the forward body. */
  readonly saved: readonly Value[];
  /** Values of the forward body that are needed at all steps, here or behind the loops. */
  readonly kept: readonly Value[];
  /** The backward loop's stacked outputs. */
  readonly stacks: readonly Value[];
  /** Which of them is the gradient for an element of a sequence. */
  readonly elements: readonly (readonly [element: Value, gradient: Value])[];
  readonly sums: readonly (readonly [capture: Value, plan: SumPlan])[];
}

/** What the backward walk over a body gave. */
interface BodyGradients {
  readonly seeds: Seeds;
  /** Indices of the states that carry gradients. */
  readonly states: readonly number[];
  readonly stateGradients: readonly Value[];
  readonly elements: readonly (readonly [element: Value, gradient: Value])[];
  readonly sums: readonly (readonly [capture: Value, plan: SumPlan])[];
  /** Gradients of captures that are summed in states of the backward loop. */
  readonly accumulated: readonly (readonly [capture: Value, gradient: Value])[];
}

function bodyGradients(
  context: GradientContext,
  forward: ForwardLoop,
  captures: readonly Value[],
): BodyGradients {
  const { body, states: stateCount } = forward.layout;
  const { wanted, states } = whatIsWanted(context, forward.layout, captures);
  const seeds = makeSeeds(context, forward.layout, states);
  const found = context.backward(body, seeds.byValue, wanted);
  const stateGradients = states.map((index) => {
    const state = body.inputs[index] as Value;
    return found.get(state) ?? zeros(state);
  });
  const elements = body.inputs.slice(stateCount).flatMap((element) => pair(element, found.get(element)));
  const { sums, accumulated } = planSums(
    captures.flatMap((capture) => pair(capture, found.get(capture))),
    { body, length: forward.length },
    new Set(elements.map(([, gradient]) => gradient)),
  );
  return { seeds, states, stateGradients, elements, sums, accumulated };
}

/** Emits the backward operators into the forward body, to be taken off again, and copies them to a body of their own. */
function planBackward(
  context: GradientContext,
  forward: ForwardLoop,
  captures: readonly Value[],
): BackwardPlan {
  const { body, states: stateCount } = forward.layout;
  const before = new Set(body.nodes);
  const isBackward = (value: Value): boolean => value.producer !== undefined && !before.has(value.producer);
  const { seeds, states, stateGradients, elements, sums, accumulated } = bodyGradients(
    context,
    forward,
    captures,
  );
  const given = new Set([...seeds.states, ...seeds.outputs.map(({ seed }) => seed)]);
  const isDrafted = (value: Value): boolean => given.has(value) || isBackward(value);
  const needed = [...new Set(sums.flatMap(([, { needs }]) => needs))];
  const stacks = [...new Set([...elements.map(([, gradient]) => gradient), ...needed.filter(isDrafted)])];
  const added = accumulated.map(([, gradient]) => gradient);
  const results = [...stateGradients, ...added, ...stacks];
  const sequenceElements = new Set(body.inputs.slice(stateCount));
  const { computed, saved } = splitBody(body, results, isBackward, given, sequenceElements);
  // ONNX knows no Scan without a sequence.
  const alone = saved.size === 0 && seeds.outputs.length === 0;
  const carried = alone ? [body.inputs[stateCount] as Value] : [...saved];
  return {
    body: backwardBody(body, { seeds, accumulated: added, saved: carried, computed, results }),
    states: [
      ...states.map((at) => ({ target: body.inputs[at] as Value, last: context.outputGradients[at] })),
      ...accumulated.map(([target]) => ({ target, last: undefined })),
    ],
    gradients: seeds.outputs,
    saved: carried,
    kept: [...new Set([...carried, ...needed.filter((value) => !isDrafted(value))])],
    stacks,
    elements,
    sums,
  };
}

function pair<T>(value: Value, found: T | undefined): (readonly [Value, T])[] {
  return found === undefined ? [] : [[value, found]];
}

/** As many elements as are moved in the time that two further operators take at each step. */
const operatorCost = 8192;
/** How many elements may be written to memory and read again for each one that a state need not be added to. */
const movedForEach = 3;
/** What reading an element costs that is written anyway, against both. */
const readingCost = 1 / 8;

/**
 * Which captures' gradients are summed behind the loop and which in a state of it: the faster way by the
 * elements that it moves at each step. A state is read and written, but stays in the cache; what is stacked is
 * written to memory and read again behind the loop, or only read, where it is stacked anyway; but one product over all
 * steps is faster than many small ones. (Measured with LSTMs of 128 and 256 units and batches of 32 to 128, on one thread and on
 * two: at 128 units and a batch of 128 on one thread both ways take the same time.)
 */
function planSums(
  gradients: readonly (readonly [capture: Value, gradient: Value])[],
  loop: { readonly body: Graph; readonly length: number },
  stackedAnyway: ReadonlySet<Value>,
): { sums: [Value, SumPlan][]; accumulated: [Value, Value][] } {
  const stacked = new Set(stackedAnyway);
  const sums: [Value, SumPlan][] = [];
  const accumulated: [Value, Value][] = [];
  for (const [capture, gradient] of gradients) {
    const plan = sumOverTime(gradient, loop);
    const moved = plan?.needs.reduce(
      (sum, value) => sum + sizeOf(value.shape) * (stacked.has(value) ? readingCost : 1),
      0,
    );
    if (plan === undefined || (moved ?? 0) > movedForEach * sizeOf(gradient.shape) + operatorCost) {
      accumulated.push([capture, gradient]);
    } else {
      sums.push([capture, plan]);
      for (const value of plan.needs) stacked.add(value);
    }
  }
  return { sums, accumulated };
}

/**
 * The body's inputs and the captures for which gradients are needed, and which states carry gradients: those
 * that depend on something whose gradient is wanted.
 */
function whatIsWanted(
  { inputs, active }: GradientContext,
  { body, states }: ScanLayout,
  captures: readonly Value[],
): { wanted: Value[]; states: number[] } {
  const wanted = new Set(captures.filter((value) => active.has(value)));
  inputs.forEach((operand, index) => {
    if (operand !== undefined && active.has(operand)) wanted.add(body.inputs[index] as Value);
  });
  for (let size = -1; size !== wanted.size; ) {
    size = wanted.size;
    const dependent = new Set(wanted);
    for (const node of body.nodes) {
      if (!node.dependencies.some((value) => dependent.has(value))) continue;
      for (const output of node.outputs) if (isFloat(output.dtype)) dependent.add(output);
    }
    body.inputs.slice(0, states).forEach((state, index) => {
      if (dependent.has(body.outputs[index]?.value as Value)) wanted.add(state);
    });
  }
  const indices = Array.from({ length: states }, (_, index) => index);
  return { wanted: [...wanted], states: indices.filter((index) => wanted.has(body.inputs[index] as Value)) };
}

interface Seeds {
  readonly byValue: ReadonlyMap<Value, Value>;
  /** An input for the gradient of each state that carries one. */
  readonly states: readonly Value[];
  /** An input for one step of each gradient that arrives at a stacked output. */
  readonly outputs: readonly {
    readonly seed: Value;
    readonly gradient: Value;
    readonly direction: number;
  }[];
}

/** Inputs, added to the body, for the gradients that come into a step from behind. */
function makeSeeds(
  { outputGradients }: GradientContext,
  { body, states: stateCount, outputDirections }: ScanLayout,
  states: readonly number[],
): Seeds {
  const byValue = new Map<Value, Value>();
  const makeSeed = (index: number): Value => {
    const { value } = body.outputs[index] as { value: Value };
    const seed = body.bodyInput("gradient", value.type);
    const known = byValue.get(value);
    byValue.set(value, known === undefined ? seed : add(known, seed));
    return seed;
  };
  return {
    byValue,
    states: states.map(makeSeed),
    outputs: outputDirections.flatMap((direction, index) => {
      const gradient: Value | undefined = outputGradients[stateCount + index];
      if (gradient === undefined) return [];
      return [{ seed: makeSeed(stateCount + index), gradient, direction: 1 - direction }];
    }),
  };
}

interface BackwardBody {
  readonly seeds: Seeds;
  /** Gradients that are added up in states of their own. */
  readonly accumulated: readonly Value[];
  readonly saved: readonly Value[];
  readonly computed: ReadonlySet<Value>;
  /** Gradients of the states, then `accumulated`, then what is stacked. */
  readonly results: readonly Value[];
}

function backwardBody(draft: Graph, plan: BackwardBody): Graph {
  const { seeds, accumulated, saved, computed, results } = plan;
  const body = draft.parent === undefined ? new Graph() : new Graph(draft.parent);
  const copyOf = new Map<Value, Value>();
  const addInput = (value: Value): Value => body.bodyInput(value.name, value.type);
  for (const seed of seeds.states) copyOf.set(seed, addInput(seed));
  const sums = accumulated.map(addInput);
  for (const value of [...seeds.outputs.map(({ seed }) => seed), ...saved])
    copyOf.set(value, addInput(value));
  copyNodes(draft, body, copyOf, computed);
  results.forEach((result, index) => {
    const value = copyOf.get(result) ?? result;
    const sum = sums[index - seeds.states.length];
    addBodyOutput(body, sum === undefined ? value : add(sum, value));
  });
  return body;
}

function emitBackward({ node, outputs }: GradientContext, forward: ForwardLoop, plan: BackwardPlan): Value[] {
  const { graph } = outputs[0];
  const back = 1 - forward.direction;
  const states = plan.states.map(
    ({ target, last }) => last ?? expand(graph.scalar(0, target.dtype), target.shape),
  );
  const sequences = [
    ...plan.gradients.map(({ gradient }) => gradient),
    ...plan.saved.map((value) => forward.stacked(value)),
  ];
  return graph.emit(
    node.operator,
    [...states, ...sequences],
    scanAttributes({
      body: plan.body,
      inputDirections: [...plan.gradients.map(({ direction }) => direction), ...plan.saved.map(() => back)],
      outputDirections: plan.stacks.map(() => back),
    }),
  );
}
