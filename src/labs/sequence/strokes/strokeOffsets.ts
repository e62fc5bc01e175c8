import { ImagoError } from "../../../engine/errors.js";
import { accepting, type FieldsOf, list, numbers, optional, readOptions } from "../../../engine/options.js";
import { type Drawing, drawingField, pointCount, type Stroke } from "./drawing.js";

/** dx, dy, and whether the pen is lifted. */
const pointSize = 3;

/** Offsets are kept within ± so many of their standard deviations. */
export const farthestOffset = 20;

const anyOffsets = accepting<ArrayLike<number>>(
  "an array of finite numbers, three for each point",
  (value): value is ArrayLike<number> =>
    typeof value === "object" &&
    value !== null &&
    "length" in value &&
    typeof value.length === "number" &&
    value.length % pointSize === 0 &&
    Array.prototype.every.call(value, Number.isFinite),
);

/**
 * A drawing as a network learns it (Graves, "Generating Sequences With Recurrent Neural Networks", 2013, section 4): for each point
 * behind the first, how far it lies from the one before, and whether a stroke ends at it. The first point is the origin and is left
 * out; so of a drawing that begins with a dot, it is not kept that the pen was lifted there.
 *
 * @returns dx, dy and 0 or 1 for each point behind the first, one after another: float32 [points, 3]
 * @throws ImagoError on what is no drawing, and on a single point
 */
export function strokeOffsets(drawing: Drawing): Float32Array<ArrayBuffer> {
  const { strokes } = drawingField.read("strokeOffsets", "drawing", drawing);
  const points = pointCount(drawing);
  if (points < 2) {
    throw new ImagoError("strokeOffsets: a drawing needs two points or more, received one.");
  }
  const offsets = new Float32Array(pointSize * (points - 1));
  let [place, lastX, lastY] = [-pointSize, 0, 0];
  for (const { x, y } of strokes) {
    for (const [at, nowX] of x.entries()) {
      const nowY = y[at] as number;
      if (place >= 0) offsets.set([nowX - lastX, nowY - lastY, at === x.length - 1 ? 1 : 0], place);
      [place, lastX, lastY] = [place + pointSize, nowX, nowY];
    }
  }
  return offsets;
}

export interface OffsetsToStrokesOptions {
  /** Where the first point lies, x and y. Default: 0 and 0. */
  readonly start?: readonly number[] | undefined;
}

const startFields = {
  start: optional(numbers()),
} satisfies FieldsOf<OffsetsToStrokesOptions>;

/**
 * Strokes of offsets, which {@link strokeOffsets} makes: the origin first, and a new stroke behind each point at which the pen is lifted.
 * What is written last is a stroke even if the pen is not lifted behind it.
 *
 * @param offsets dx, dy and whether the pen is lifted (more than 0.5) for each point
 * @throws ImagoError on what are no offsets
 */
export function offsetsToStrokes(
  offsets: ArrayLike<number>,
  options: OffsetsToStrokesOptions = {},
): Stroke[] {
  anyOffsets.read("offsetsToStrokes", "offsets", offsets);
  const { start = [0, 0] } = readOptions("offsetsToStrokes", options, startFields);
  if (start.length !== 2) {
    throw new ImagoError(`offsetsToStrokes: start must be x and y, received ${start.length} numbers.`);
  }
  let [x, y] = start as [number, number];
  const strokes: { x: number[]; y: number[] }[] = [];
  let stroke: { x: number[]; y: number[] } | undefined = { x: [x], y: [y] };
  strokes.push(stroke);
  for (let at = 0; at < offsets.length; at += pointSize) {
    x += offsets[at] as number;
    y += offsets[at + 1] as number;
    if (stroke === undefined) {
      stroke = { x: [], y: [] };
      strokes.push(stroke);
    }
    stroke.x.push(x);
    stroke.y.push(y);
    if ((offsets[at + 2] as number) > 0.5) stroke = undefined;
  }
  return strokes;
}

/**
 * The standard deviations of dx and dy over all points of items, by which their offsets are divided before they are learnt. A density's
 * nats a point depend on them: figures of other files, or of other units, cannot be compared.
 *
 * @param items offsets as {@link strokeOffsets} makes them, of the items that are learnt from
 * @returns of dx and of dy, above 0
 * @throws ImagoError where there are no points, or all lie on one line across or down, so that a deviation is 0
 */
export function offsetScale(items: readonly ArrayLike<number>[]): [number, number] {
  const all = list(anyOffsets, "an array of offsets").read("offsetScale", "items", items);
  const deviations = [0, 1].map((axis) => deviationOf(all, axis)) as [number, number];
  if (deviations.every((one) => one > 0)) return deviations;
  const names = ["dx", "dy"].filter((_name, axis) => !((deviations[axis] as number) > 0));
  const points = all.reduce((sum, { length }) => sum + length / pointSize, 0);
  const why =
    points === 0 ? "there are no points" : `${names.join(" and ")} of all ${points} points are the same`;
  throw new ImagoError(`offsetScale: ${why}, so that they have no deviation.`, {
    help: "Hand over the items that are learnt from, with two points or more each.",
  });
}

/** From the mean in a first pass, so that nothing is lost where it is large. */
function deviationOf(items: readonly ArrayLike<number>[], axis: number): number {
  let [sum, count] = [0, 0];
  for (const item of items) {
    for (let at = axis; at < item.length; at += pointSize) {
      sum += item[at] as number;
      count++;
    }
  }
  const mean = sum / count;
  let squares = 0;
  for (const item of items) {
    for (let at = axis; at < item.length; at += pointSize) squares += ((item[at] as number) - mean) ** 2;
  }
  return Math.sqrt(squares / count);
}

const anyScale = accepting<readonly number[]>(
  "the standard deviations of dx and dy, both above 0",
  (value): value is readonly number[] =>
    Array.isArray(value) && value.length === 2 && value.every((one) => Number.isFinite(one) && one > 0),
);

/**
 * Offsets in their standard deviations, kept within ±20: a pen that goes further has left the paper.
 *
 * @param scale of {@link offsetScale}
 * @returns new offsets, float32 [points, 3]
 */
export function scaleOffsets(
  offsets: ArrayLike<number>,
  scale: readonly number[],
): Float32Array<ArrayBuffer> {
  anyOffsets.read("scaleOffsets", "offsets", offsets);
  const [x, y] = anyScale.read("scaleOffsets", "scale", scale) as [number, number];
  return Float32Array.from(offsets, (value, at) => {
    if (at % pointSize === 2) return value;
    return Math.max(-farthestOffset, Math.min(farthestOffset, value / (at % pointSize === 0 ? x : y)));
  });
}

/** Offsets in the units of their file again; what was beyond ±20 stays there. */
export function unscaleOffsets(
  offsets: ArrayLike<number>,
  scale: readonly number[],
): Float32Array<ArrayBuffer> {
  anyOffsets.read("unscaleOffsets", "offsets", offsets);
  const [x, y] = anyScale.read("unscaleOffsets", "scale", scale) as [number, number];
  return Float32Array.from(offsets, (value, at) => {
    return at % pointSize === 2 ? value : value * (at % pointSize === 0 ? x : y);
  });
}
