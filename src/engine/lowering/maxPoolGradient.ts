import type { Value } from "../graph/graph.js";
import { hardSigmoid } from "../ops/hardSigmoid.js";
import { mul } from "../ops/mul.js";
import { maxPool } from "../ops/pool/maxPool.js";
import type { Pooling, PoolOptions } from "../ops/pool/pool.js";
import { sum } from "../ops/sum.js";
import { interleave } from "./interleave.js";
import { step } from "./positiveMasks.js";
import { copied, depthwise, type Pair, tap } from "./tap.js";

/** More than any activation. */
const unreachable = 1e38;
/** Larger windows take a search in fewer steps. */
const largestKernel = 3;

/** A pooling's course along one axis. */
interface Course {
  readonly axis: 0 | 1;
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
  readonly count: number;
}

function courseOf(x: Value, { window, counts }: Pooling, axis: 0 | 1): Course {
  const [size, stride] = [x.size(axis + 2), window.strides[axis] as number];
  return {
    axis,
    size,
    stride,
    kernel: window.kernel[axis] as number,
    before: window.before[axis] as number,
    count: counts[axis] as number,
  };
}

/** The pads behind with which the first `kernel` elements of every window are windows of the image. */
function padBehind({ size, stride, before, count }: Course, kernel: number): number {
  return Math.max(0, (count - 1) * stride + kernel - before - size);
}

/** Whether {@link maxPoolGradient} can do it. */
export function hasPhases(x: Value, pooling: Pooling): boolean {
  return ([0, 1] as const).every((axis) => {
    const course = courseOf(x, pooling, axis);
    const { kernel, stride, before } = course;
    // ONNX Runtime takes no window that could lie wholly behind the image.
    const prefixes = Array.from({ length: Math.max(0, kernel - 1) }, (_, index) => index + 2);
    return (
      stride <= kernel &&
      stride <= course.size &&
      kernel <= largestKernel &&
      (pooling.window.dilations[axis] === 1 || kernel === 1) &&
      before <= Math.min(1, kernel - 1) &&
      prefixes.every((prefix) => padBehind(course, prefix) < prefix)
    );
  });
}

/** The pair with one entry for `axis` and another for the other one. */
const along = (axis: 0 | 1, own: number, other: number): Pair => (axis === 0 ? [own, other] : [other, own]);

/** Where element `index` of every window lies: in which phase, and how far on in it. */
function placeOf({ stride, before }: Course, index: number): { phase: number; shift: number } {
  const shift = Math.floor((index - before) / stride);
  return { phase: index - before - shift * stride, shift };
}

/** How many elements a phase has: every `stride`-th one of the image. */
const lengthOf = ({ size, stride }: Course, phase: number): number => Math.ceil((size - phase) / stride);

/** What is known of the windows along one axis. */
interface Windows {
  readonly course: Course;
  /** The first element of every window, negated; 0 where it lies before the image. */
  readonly minusFirst: Value;
  /** The maximum of the first element (whose place nothing reads), the first two, … and of the whole window. */
  readonly best: readonly Value[];
}

/** Numbers above 0 where element `index` of the window is larger than all before it, and numbers up to 0 elsewhere. */
function leadOf({ course, minusFirst, best }: Windows, index: number): Value {
  const own = best[index] as Value;
  if (index > 1) return sum(own, tap(best[index - 1] as Value, { lengths: lengthsOf(own), factor: -1 }));
  return sum(course.before === 0 ? own : sum(own, beforeImage(own, course)), minusFirst);
}

/** A number that no activation reaches for the first window along an axis, 0 for all others. */
function beforeImage(like: Value, { axis }: Course): Value {
  const ones = hardSigmoid(like, { alpha: 0, beta: 1 });
  const pads = [...along(axis, 1, 0), 0, 0];
  return depthwise(ones, [-unreachable, unreachable], { size: along(axis, 2, 1), pads });
}

const lengthsOf = (image: Value): Pair => [image.size(2), image.size(3)];

/**
 * The gradient of every phase along one axis, from the last element of the windows to the first: an element that
 * is larger than all before it, in a window whose rest has no share yet, gets it all.
 *
 * @param dy of the maxima
 */
function gradientAlong(windows: Windows, dy: Value): Value[] {
  const { axis, kernel, stride } = windows.course;
  const lengths = lengthsOf(dy);
  const phases: Value[][] = Array.from({ length: stride }, () => []);
  let rest = dy;
  for (let index = kernel - 1; index >= 0; index--) {
    let share = rest;
    if (index > 0) {
      share = mul(rest, step(leadOf(windows, index)));
      rest = sum(rest, tap(share, { lengths, factor: -1 }));
    }
    const { phase, shift } = placeOf(windows.course, index);
    const options = {
      offsets: along(axis, -shift, 0),
      lengths: along(axis, lengthOf(windows.course, phase), lengths[1 - axis] as number),
    };
    phases[phase]?.push(tap(share, options));
  }
  return phases.map((parts) => parts.reduce((a, b) => sum(b, a)));
}

/** The windows along the columns of lines that are every `stride`-th row. */
function lineWindows(line: Value, columns: Course): Windows {
  const { kernel, stride, before, count } = columns;
  const strides: Pair = [1, stride];
  const lengths: Pair = [line.size(2), count];
  const best = Array.from({ length: kernel }, (_, index) =>
    index === 0
      ? line
      : counted(line, lengths, {
          kernelShape: [1, index + 1],
          strides,
          pads: [0, before, 0, padBehind(columns, index + 1)],
        }),
  );
  if (kernel === 1) best[0] = tap(line, { strides, lengths });
  return {
    course: columns,
    best,
    minusFirst: tap(line, { offsets: [0, -before], strides, lengths, factor: -1 }),
  };
}

/**
 * The gradient of the largest element of each window for the image, where it is first in row-major order, without a
 * search for it. The largest element of a window lies in the first line with the largest best element, and
 * there in the first place that holds it; so the gradient goes through the rows of windows, then through the
 * elements of lines. Each time, comparing the best of the first elements with the best of one more tells whether
 * the maximum has been. With strides the image's rows and columns are taken apart into phases, so that all of
 * this happens on images of the size of the result.
 *
 * The gradients that arrive are copied by convolutions: ONNX Runtime sorts operators such that of two operands the one
 * whose operator is the later one in the graph comes first, and makes convolutions anew at the graph's end.
 * So nothing of this is computed, and kept, before the gradients are there.
 *
 * The activations must be finite.
 *
 * @param x [batch, channels, rows, columns]
 * @param y the maxima
 * @param dy of y's shape
 * @returns x's shape
 */
export function maxPoolGradient(x: Value, y: Value, dy: Value, pooling: Pooling): Value {
  const [rows, columns] = [courseOf(x, pooling, 0), courseOf(x, pooling, 1)];
  const slopes = copied(dy);
  const lines = Array.from({ length: rows.stride }, (_, phase) => {
    const lengths: Pair = [lengthOf(rows, phase), columns.size];
    const line = tap(x, { offsets: [phase, 0], strides: [rows.stride, 1], lengths });
    return lineWindows(line, columns);
  });
  const { phase, shift } = placeOf(rows, 0);
  const bestOfFirst = lines[phase]?.best[columns.kernel - 1] as Value;
  const minusFirst = tap(bestOfFirst, {
    offsets: [shift, 0],
    lengths: [rows.count, columns.count],
    factor: -1,
  });
  const best = Array.from({ length: rows.kernel }, (_, index) =>
    index === rows.kernel - 1 ? y : index === 0 ? bestOfFirst : rowsBest(x, rows, columns, index + 1),
  );
  const perLine = gradientAlong({ course: rows, best, minusFirst }, slopes);
  const phases = perLine.map((gradient, line) => gradientAlong(lines[line] as Windows, copied(gradient)));
  return interleave(phases, [rows.size, columns.size]);
}

/** The maxima of the first `count` rows of every window. */
function rowsBest(x: Value, rows: Course, columns: Course, count: number): Value {
  const behind = [padBehind(rows, count), padBehind(columns, columns.kernel)];
  return counted(x, [rows.count, columns.count], {
    kernelShape: [count, columns.kernel],
    strides: [rows.stride, columns.stride],
    pads: [rows.before, columns.before, ...behind],
  });
}

/** The first maxima: a part of a window can have room once more behind the last window. */
function counted(image: Value, lengths: Pair, options: PoolOptions): Value {
  return tap(maxPool(image, options), { lengths });
}
