import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { clip } from "../../../engine/ops/clip.js";
import { zeros } from "../../../engine/ops/composed/zeros.js";
import { concat } from "../../../engine/ops/concat.js";
import { cumSum } from "../../../engine/ops/cumSum.js";
import { exp } from "../../../engine/ops/exp.js";
import { expand } from "../../../engine/ops/expand.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { scan } from "../../../engine/ops/scan/scan.js";
import { sigmoid } from "../../../engine/ops/sigmoid.js";
import { split } from "../../../engine/ops/split.js";
import { squeeze } from "../../../engine/ops/squeeze.js";
import { sub } from "../../../engine/ops/sub.js";
import { tanh } from "../../../engine/ops/tanh.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { where } from "../../../engine/ops/where.js";

/** Logarithms of weights and widths, and steps, are kept within ± this. */
const most = 8;
/** What is taken off steps before they are exponentiated. */
const stepOffset = 3;

/** What is carried from step to step, each `[batch, size]`. */
export interface WindowStates {
  readonly h: Value;
  readonly c: Value;
  /** Where along the letters each Gaussian is. */
  readonly kappa: Value;
  /** What was read through the window. */
  readonly window: Value;
}

export interface WindowLoop {
  /** `[time, batch, …]` */
  readonly sequence: Value;
  /** The input's part of a step's sums, `[batch, 4 · units]`. */
  readonly sumsOf: (element: Value) => Value;
  /** `[units + alphabet, 4 · units]`, for the hidden state and the window together. */
  readonly stateKernel: Value;
  /** `[units, 3 · components]` */
  readonly placeKernel: Value;
  readonly placeBias: Value;
  /** `[batch, letters, alphabet]` */
  readonly letters: Value;
  readonly states: WindowStates;
  /** Bool `[time, batch, 1]`; a step for which it is false keeps the states. */
  readonly mask: Value | undefined;
  /** Whether {@link WindowResult.places} is wanted. */
  readonly wantsPlaces: boolean;
}

export interface WindowResult {
  /** `[time, batch, units]` */
  readonly hidden: Value;
  /** `[time, batch, alphabet]` */
  readonly windows: Value;
  readonly last: WindowStates;
  /** How much each letter counted at the last step, `[batch, letters]`. */
  readonly places: Value | undefined;
}

/** A loop's states in its order; φ behind them where it is wanted. */
type Carried = readonly [h: Value, c: Value, kappa: Value, window: Value, places?: Value];

/** Emits the steps of a soft window, as a Scan; a single step is written out. */
export function runWindowLoop(loop: WindowLoop): WindowResult {
  const { sequence, states, mask, letters, wantsPlaces } = loop;
  const { h, c, kappa, window } = states;
  const before = wantsPlaces
    ? [h, c, kappa, window, zeros(letters, letters.shape.slice(0, 2))]
    : [h, c, kappa, window];
  const step = stepOf(loop);
  const sequences = mask === undefined ? [sequence] : [sequence, mask];
  const { carried, outputs } =
    sequence.size(0) === 1 ? once(before, sequences, step) : loopOver(before, sequences, step);
  const [lastH, lastC, lastKappa, lastWindow, places] = carried as Carried;
  return {
    hidden: outputs[0] as Value,
    windows: outputs[1] as Value,
    last: { h: lastH, c: lastC, kappa: lastKappa, window: lastWindow },
    places,
  };
}

type Step = (before: readonly Value[], elements: readonly Value[]) => readonly Value[];

interface Ran {
  readonly carried: readonly Value[];
  readonly outputs: readonly Value[];
}

function once(before: readonly Value[], sequences: readonly Value[], step: Step): Ran {
  const carried = step(
    before,
    sequences.map((sequence) => squeeze(sequence, [0])),
  );
  return { carried, outputs: [carried[0], carried[3]].map((value) => unsqueeze(value as Value, [0])) };
}

function loopOver(before: readonly Value[], sequences: readonly Value[], step: Step): Ran {
  const { states, outputs } = scan({
    states: before,
    sequences,
    body: (carried, elements) => {
      const after = step(carried, elements);
      return { states: after, outputs: [after[0] as Value, after[3] as Value] };
    },
  });
  return { carried: states, outputs };
}

function stepOf({ sumsOf, stateKernel, letters, mask, wantsPlaces, ...loop }: WindowLoop): Step {
  const numbers = lettersNumbers(letters);
  return (before, [element, isCounted]) => {
    const [h, c, kappa, window] = before as Carried;
    const sums = add(matMul(concat([h, window], { axis: 1 }), stateKernel), sumsOf(element as Value));
    const [hidden, cell] = lstmCell(sums, c);
    const [moved, places] = moveWindow(loop, hidden, kappa, numbers);
    const read = squeeze(matMul(unsqueeze(places, [1]), letters), [1]);
    const after = [hidden, cell, moved, read, ...(wantsPlaces ? [places] : [])];
    if (mask === undefined) return after;
    return after.map((value, index) => where(isCounted as Value, value, before[index] as Value));
  };
}

/** The letters' numbers from 0, `[1, 1, letters]`; computed, so that a file of this graph takes texts of any length. */
function lettersNumbers(letters: Value): Value {
  const ones = expand(letters.graph.scalar(1, letters.dtype), [1, 1, letters.size(1)]);
  return cumSum(ones, { axis: 2, exclusive: true });
}

function lstmCell(sums: Value, c: Value): readonly [h: Value, c: Value] {
  const units = c.size(1);
  const parts = split(sums, { axis: 1, sizes: [units, units, units, units] });
  const [input, forget, candidate, output] = parts as [Value, Value, Value, Value];
  const next = add(mul(sigmoid(forget), c), mul(sigmoid(input), tanh(candidate)));
  return [mul(sigmoid(output), tanh(next)), next];
}

/** Where the Gaussians are after a step, and how much each letter counts there. */
function moveWindow(
  { placeKernel, placeBias }: Pick<WindowLoop, "placeKernel" | "placeBias">,
  hidden: Value,
  kappa: Value,
  numbers: Value,
): readonly [kappa: Value, places: Value] {
  const k = kappa.size(1);
  const raw = clip(add(matMul(hidden, placeKernel), placeBias), -most, most);
  const [weight, width, step] = split(raw, { axis: 1, sizes: [k, k, k] }) as [Value, Value, Value];
  const moved = add(kappa, exp(sub(step, stepOffset)));
  const [a, b, at] = [weight, exp(width), moved].map((value) => unsqueeze(value, [2])) as [
    Value,
    Value,
    Value,
  ];
  const away = sub(at, numbers);
  return [moved, reduceSum(exp(sub(a, mul(b, mul(away, away)))), { axes: [1] })];
}
