import type { Value } from "../../../engine/graph/graph.js";
import { concat } from "../../../engine/ops/concat.js";
import { scan } from "../../../engine/ops/scan/scan.js";
import { split } from "../../../engine/ops/split.js";
import { squeeze } from "../../../engine/ops/squeeze.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { where } from "../../../engine/ops/where.js";

/** The states after a step. The first one is the step's output. */
export type Step = (element: Value, states: readonly Value[]) => readonly Value[];

export interface RecurrentLoop {
  /** What the steps read: `[time, batch, …]`. */
  readonly sequence: Value;
  /** Each `[batch, units]`. */
  readonly states: readonly Value[];
  readonly step: Step;
  /** Bool `[time, batch, 1]`; a step for which it is false keeps the states and repeats the last output. */
  readonly mask?: Value | undefined;
  /** The output before the first step that is not masked. Default: the first state. */
  readonly before?: Value | undefined;
  /** Give zeros for masked steps instead of the output before them. */
  readonly zeroMasked: boolean;
  /** Begin with the last step. */
  readonly reverse: boolean;
  /** Stack the outputs beginning with the last place. */
  readonly reverseOutputs: boolean;
  /** Whether the outputs of all steps are wanted. */
  readonly stack: boolean;
  readonly unroll: boolean;
}

export interface LoopResult {
  /** The output of the last step. */
  readonly last: Value;
  /** All outputs `[time, batch, units]`, where they are wanted. */
  readonly all: Value | undefined;
  readonly states: readonly Value[];
}

/** Up to this many steps are faster written out than in a Scan (measured with 128 units and a batch of 128). */
const longestUnrolled = 3;

/** Emits the steps of a recurrent layer, as a Scan or written out. */
export function recurrentLoop(loop: RecurrentLoop): LoopResult {
  const { sequence, mask } = loop;
  // A masked step repeats the output before it, which is the state unless the first state is a given one.
  const carried = loop.before === undefined ? loop.states : [...loop.states, loop.before];
  const sequences = mask === undefined ? [sequence] : [sequence, mask];
  const run = loop.unroll || sequence.size(0) <= longestUnrolled ? runUnrolled : runScan;
  const { states, all } = run(loop, carried, sequences, (before, elements) =>
    maskedStep(loop, before, elements),
  );
  const count = loop.states.length;
  return {
    last: states[loop.before === undefined ? 0 : count] as Value,
    all,
    states: states.slice(0, count),
  };
}

/** A step with its mask: what is carried on, and the output. */
type FullStep = (before: readonly Value[], elements: readonly Value[]) => FullStepResult;

interface FullStepResult {
  readonly carried: readonly Value[];
  readonly output: Value;
}

interface RunResult {
  readonly states: readonly Value[];
  readonly all: Value | undefined;
}

function maskedStep(
  loop: RecurrentLoop,
  before: readonly Value[],
  elements: readonly Value[],
): FullStepResult {
  const [element, mask] = elements as [Value, Value?];
  const after = loop.step(element, before.slice(0, loop.states.length));
  const output = after[0] as Value;
  if (mask === undefined) return { carried: after, output };
  const all = loop.before === undefined ? after : [...after, output];
  const carried = all.map((value, index) => where(mask, value, before[index] as Value));
  const last = carried[loop.before === undefined ? 0 : loop.states.length] as Value;
  return { carried, output: loop.zeroMasked ? where(mask, output, 0) : last };
}

function runScan(
  loop: RecurrentLoop,
  carried: readonly Value[],
  sequences: readonly Value[],
  step: FullStep,
): RunResult {
  const { states, outputs } = scan({
    states: carried,
    sequences,
    body: (before, elements) => {
      const { carried: after, output } = step(before, elements);
      return { states: after, outputs: loop.stack ? [output] : [] };
    },
    reverse: loop.reverse,
    reverseOutputs: loop.reverseOutputs,
  });
  return { states, all: outputs[0] };
}

function runUnrolled(
  loop: RecurrentLoop,
  carried: readonly Value[],
  sequences: readonly Value[],
  step: FullStep,
): RunResult {
  const time = loop.sequence.size(0);
  const pieces = sequences.map((sequence) => split(sequence, { sizes: new Array(time).fill(1) }));
  let states = carried;
  const outputs: Value[] = [];
  for (let count = 0; count < time; count++) {
    const at = loop.reverse ? time - 1 - count : count;
    const { carried: after, output } = step(
      states,
      pieces.map((piece) => squeeze(piece[at] as Value, [0])),
    );
    states = after;
    if (loop.stack) outputs.push(unsqueeze(output, [0]));
  }
  if (loop.reverseOutputs) outputs.reverse();
  return { states, all: loop.stack ? concat(outputs, { axis: 0 }) : undefined };
}
