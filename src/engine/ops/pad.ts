import { ImagoError } from "../errors.js";
import { type Attributes, string } from "../graph/attributes.js";
import { valueField } from "../graph/fields.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, oneOf } from "../options.js";
import { normalizeAxis, type Shape } from "../tensor/shape.js";
import { add } from "./add.js";
import { reverse } from "./composed/reverse.js";
import { constantInts, defineOp, emit, int64Vector, type Operand } from "./define/define.js";
import { operand, wholes } from "./define/fields.js";
import { reduceSum } from "./reduceSum.js";
import { reshape } from "./reshape.js";
import { slice } from "./slice.js";
import { sub } from "./sub.js";

export type PadMode = "constant" | "reflect" | "edge" | "wrap";

export interface PadOptions {
  /** Elements to add before the first of each axis, then behind the last of each; negative ones cut off. */
  readonly pads: readonly number[];
  /** What to add: `value`, the mirror image without the edge, the edge itself, or the other end. Default: "constant". */
  readonly mode?: PadMode;
  /** For mode "constant". Default: 0. */
  readonly value?: Operand;
}

type PadInputs = [Value, Value, Value?, Value?];

/** Elements added at the two ends of one axis. */
interface Ends {
  readonly before: number;
  readonly after: number;
}

const modes: readonly PadMode[] = ["constant", "reflect", "edge", "wrap"];

function modeOf(attributes: Attributes): PadMode {
  const given = attributes.string("mode", "constant");
  const mode = modes.find((known) => known === given);
  if (mode === undefined) throw new ImagoError(`mode "${given}" must be one of ${modes.join(", ")}`);
  return mode;
}

/** The pads of every axis. */
function endsOf([x, pads, , given]: PadInputs): Ends[] {
  const sizes = constantInts(pads, "pads");
  const axes = given === undefined ? x.shape.map((_, axis) => axis) : constantInts(given, "axes");
  if (sizes.length !== 2 * axes.length) {
    throw new ImagoError(
      `expected ${2 * axes.length} pads, for the front and the back of ${axes.length} axes, received ${sizes.length}`,
    );
  }
  const ends = x.shape.map((): Ends => ({ before: 0, after: 0 }));
  axes.forEach((axis, i) => {
    ends[normalizeAxis(axis, x.rank)] = {
      before: sizes[i] as number,
      after: sizes[i + axes.length] as number,
    };
  });
  return ends;
}

/** The most that each mode can add at one end of an axis of `size`. */
function mostOf(mode: PadMode, size: number): number {
  if (mode === "constant") return Number.POSITIVE_INFINITY;
  if (mode === "edge") return size === 0 ? 0 : Number.POSITIVE_INFINITY;
  return mode === "reflect" ? Math.max(0, size - 1) : size;
}

function checkEnds(shape: Shape, mode: PadMode, ends: readonly Ends[]): void {
  ends.forEach(({ before, after }, axis) => {
    const size = shape[axis] as number;
    const [most, least] = [mostOf(mode, size), mode === "constant" ? -size : 0];
    if (Math.max(before, after) > most || Math.min(before, after) < least || size + before + after < 0) {
      throw new ImagoError(
        `pads ${before} and ${after} do not fit axis ${axis} of size ${size} in mode "${mode}"` +
          (most === Number.POSITIVE_INFINITY ? "" : `: expected ${least} to ${most}`),
      );
    }
  });
}

const fields = {
  pads: wholes,
  mode: oneOf(modes, "constant"),
  value: operand(0),
} satisfies FieldsOf<PadOptions>;

/** `x` with other elements around it. */
export const pad = defineOp<PadInputs, (x: Value, options: PadOptions) => Value, typeof fields>(
  "Pad",
  {
    arity: [2, 4],
    options: { at: 1, fields },
    infer: ({ inputs, attributes }) => {
      const [x, , value] = inputs;
      const ends = endsOf(inputs);
      checkEnds(x.shape, modeOf(attributes), ends);
      if (value !== undefined && value.dtype !== x.dtype)
        throw new ImagoError("the value must have the element type of what is padded");
      const shape = ends.map(({ before, after }, axis) => x.size(axis) + before + after);
      return [{ dtype: x.dtype, shape }];
    },
    gradient: ({ inputs, attributes, outputGradients: [dy] }): InputGradients => {
      const ends = endsOf(inputs);
      const mode = modeOf(attributes);
      const [x, , value] = inputs;
      if (mode !== "constant") return [fold(dy, mode, x.shape, ends), undefined, undefined, undefined];
      const inner = crop(dy, x.shape, ends);
      const outer =
        value === undefined || value.constant !== undefined ? undefined : outerSum(dy, inner, value);
      return [inner, undefined, outer, undefined];
    },
  },
  (operator, { pads, mode, value }) =>
    (x) => {
      valueField.read(operator.type, "x", x);
      if (pads.length === 2 * x.rank && pads.every((size) => size === 0)) return x;
      return emit(operator, [x, int64Vector(pads), mode === "constant" ? value : undefined], {
        mode: mode === "constant" ? undefined : string(mode),
      });
    },
);

/** The adjoint of padding with a constant: cuts off what was added, and gives zeros for what was cut off. */
function crop(dy: Value, shape: Shape, ends: readonly Ends[]): Value {
  if (ends.some(({ before, after }) => before < 0 || after < 0)) {
    return pad(dy, {
      pads: [...ends.map(({ before }) => 0 - before), ...ends.map(({ after }) => 0 - after)],
    });
  }
  return slice(dy, {
    starts: ends.map(({ before }) => before),
    ends: ends.map(({ before }, axis) => before + (shape[axis] as number)),
  });
}

/** The gradient for the constant itself: all that does not fall on `x`. */
function outerSum(dy: Value, inner: Value, value: Value): Value {
  return reshape(sub(reduceSum(dy), reduceSum(inner)), value.shape);
}

/** The adjoint of the other modes: what fell on a copy is added to the original, one axis after the other. */
function fold(dy: Value, mode: PadMode, shape: Shape, ends: readonly Ends[]): Value {
  return ends.reduce(
    (folded, { before, after }, axis) =>
      before === 0 && after === 0
        ? folded
        : foldAxis(folded, mode, axis, shape[axis] as number, { before, after }),
    dy,
  );
}

function foldAxis(dy: Value, mode: PadMode, axis: number, size: number, { before, after }: Ends): Value {
  const take = (start: number, count: number): Value =>
    slice(dy, { starts: [start], ends: [start + count], axes: [axis] });
  const place = (part: Value, start: number): Value => {
    const at = (amount: number): number[] => dy.shape.map((_, i) => (i === axis ? amount : 0));
    return pad(part, { pads: [...at(start), ...at(size - start - part.size(axis))] });
  };
  const parts = [take(before, size)];
  if (before > 0) {
    const front = take(0, before);
    if (mode === "edge") parts.push(place(reduceSum(front, { axes: [axis], keepDims: true }), 0));
    else parts.push(mode === "wrap" ? place(front, size - before) : place(reverse(front, [axis]), 1));
  }
  if (after > 0) {
    const back = take(before + size, after);
    if (mode === "edge") parts.push(place(reduceSum(back, { axes: [axis], keepDims: true }), size - 1));
    else parts.push(mode === "wrap" ? place(back, 0) : place(reverse(back, [axis]), size - 1 - after));
  }
  return parts.reduce((sum, part) => add(sum, part));
}
