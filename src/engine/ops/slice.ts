import { ImagoError } from "../errors.js";
import { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, optional, type ReadOf } from "../options.js";
import { normalizeAxis, type Shape, sameShape } from "../tensor/shape.js";
import { dilate } from "./composed/dilate.js";
import { reverse } from "./composed/reverse.js";
import { zeros } from "./composed/zeros.js";
import { constantInts, defineOp, emit, int64Vector, type Operand } from "./define/define.js";
import { places, wholes } from "./define/fields.js";
import { pad } from "./pad.js";

export interface SliceOptions {
  /** Where to begin along each axis; negative from the end; beyond the ends is cut off. */
  readonly starts: readonly number[];
  /** Where to stop, exclusive; negative from the end. `Infinity` is the end, `-Infinity` (with a negative step) the front. */
  readonly ends: readonly number[];
  /** Default: the first ones, as many as `starts` has. */
  readonly axes?: readonly number[];
  /** Default: 1; negative goes backwards. */
  readonly steps?: readonly number[];
}

const fields = {
  starts: places,
  ends: places,
  axes: optional(wholes),
  steps: optional(wholes),
} satisfies FieldsOf<SliceOptions>;

/** What a slice takes of one axis: `count` places from `start`, `step` apart. */
interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

type SliceInputs = [Value, Value, Value, Value?, Value?];

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

function rangeOf(size: number, start: number, end: number, step: number): Range {
  if (step === 0) throw new ImagoError("a step must not be 0");
  const from = start < 0 ? start + size : start;
  const to = end < 0 ? end + size : end;
  const [first, last] =
    step > 0
      ? [clamp(from, 0, size), clamp(to, 0, size)]
      : [clamp(from, -1, size - 1), clamp(to, -1, size - 1)];
  return { start: first, step, count: Math.max(0, Math.ceil((last - first) / step)) };
}

function rangesOf(shape: Shape, { starts, ends, axes, steps }: ReadOf<typeof fields>): Range[] {
  const ranges = shape.map((size): Range => ({ start: 0, step: 1, count: size }));
  const given = axes ?? starts.map((_, axis) => axis);
  if (ends.length !== starts.length || given.length !== starts.length) {
    throw new ImagoError(
      `expected as many starts as ends and axes, received ${starts.length}, ${ends.length} and ${given.length}`,
    );
  }
  given.forEach((axis, i) => {
    const at = normalizeAxis(axis, shape.length);
    ranges[at] = rangeOf(shape[at] as number, starts[i] as number, ends[i] as number, steps?.[i] ?? 1);
  });
  return ranges;
}

function readRanges([x, starts, ends, axes, steps]: SliceInputs): Range[] {
  return rangesOf(x.shape, {
    starts: constantInts(starts, "starts"),
    ends: constantInts(ends, "ends"),
    axes: axes && constantInts(axes, "axes"),
    steps: steps && constantInts(steps, "steps"),
  });
}

/** The adjoint of taking `ranges` from a tensor of `shape`: zeros, and `dy` where it was taken from. */
function unslice(dy: Value, shape: Shape, ranges: readonly Range[]): Value {
  if (ranges.some(({ count }) => count === 0)) return zeros(dy, shape);
  const backwards = ranges.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
  const forwards = backwards.length === 0 ? dy : reverse(dy, backwards);
  const spread = dilate(
    forwards,
    ranges.map(({ step }) => Math.abs(step)),
  );
  const before = ranges.map(({ start, step, count }) => (step > 0 ? start : start + (count - 1) * step));
  // Negative where the zeros behind the last element reach beyond the end.
  const after = ranges.map(
    (_, axis) => (shape[axis] as number) - (before[axis] as number) - spread.size(axis),
  );
  return pad(spread, { pads: [...before, ...after] });
}

const finite = (values: readonly number[]): number[] =>
  values.map((value) => clamp(value, -(2 ** 62), 2 ** 62));

/** Part of `x` along some axes. Returns `x` itself where the slice takes all of it in order. */
export const slice = defineOp<SliceInputs, (x: Operand, options: SliceOptions) => Value, typeof fields>(
  "Slice",
  {
    arity: [3, 5],
    options: { at: 1, fields },
    infer: ({ inputs }) => [{ dtype: inputs[0].dtype, shape: readRanges(inputs).map(({ count }) => count) }],
    gradient: ({ inputs, outputGradients: [dy] }): InputGradients => {
      const { shape } = inputs[0];
      return [unslice(dy, shape, readRanges(inputs)), undefined, undefined, undefined, undefined];
    },
  },
  (operator, settings) => (x) => {
    const { starts, ends, axes, steps } = settings;
    if (x instanceof Value && isWhole(x.shape, settings)) return x;
    const along = axes ?? starts.map((_, axis) => axis);
    return emit(operator, [
      x,
      int64Vector(finite(starts)),
      int64Vector(finite(ends)),
      int64Vector(along),
      steps === undefined ? undefined : int64Vector(steps),
    ]);
  },
);

function isWhole(shape: Shape, options: ReadOf<typeof fields>): boolean {
  try {
    const ranges = rangesOf(shape, options);
    return (
      ranges.every(({ step }) => step === 1) &&
      sameShape(
        shape,
        ranges.map(({ count }) => count),
      )
    );
  } catch {
    // The emission that follows reports what is wrong, with the node's name.
    return false;
  }
}
