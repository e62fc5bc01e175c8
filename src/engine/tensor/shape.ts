import { ImagoError } from "../errors.js";

/** Concrete sizes of every axis. `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

/**
 * The size along an axis, which is counted from the end where it is negative.
 *
 * @param whose what has this shape, for the error
 * @throws where there is no such axis
 */
export function sizeAlong(shape: Shape, axis: number, whose: string): number {
  const size = Number.isInteger(axis) ? shape.at(axis) : undefined;
  if (size === undefined) {
    throw new ImagoError(`${whose} has no axis ${axis}: its shape is ${formatShape(shape)}`);
  }
  return size;
}

export function sameShape(a: readonly (number | null)[], b: readonly (number | null)[]): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

/** `[2, 3]`, with `null` for an open dimension shown as `?`. */
export function formatShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((dimension) => (dimension === null ? "?" : dimension)).join(", ")}]`;
}

/**
 * The common shape of NumPy-style broadcasting: axes are aligned at the right, and a size of 1 stretches.
 *
 * @throws when two sizes differ and neither is 1
 */
export function broadcastShapes(...shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    shape.forEach((dimension, axis) => {
      const known = result[offset + axis] as number;
      if (dimension === known || dimension === 1) return;
      if (known !== 1) {
        throw new ImagoError(
          `shapes ${shapes.map(formatShape).join(" and ")} do not broadcast: ` +
            `sizes ${known} and ${dimension} differ and neither is 1`,
        );
      }
      result[offset + axis] = dimension;
    });
  }
  return result;
}

/**
 * `axis` counted from the front: -1 is the last of `rank` axes.
 *
 * @throws when it lies outside -rank … rank-1
 */
export function normalizeAxis(axis: number, rank: number): number {
  const result = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || result < 0 || result >= rank) {
    throw new ImagoError(`axis ${axis} does not exist: the tensor has rank ${rank}`);
  }
  return result;
}

/** Every one of `axes` counted from the front, ascending, each once; all axes when `undefined`. */
export function normalizeAxes(axes: readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  return [...new Set(axes.map((axis) => normalizeAxis(axis, rank)))].sort((a, b) => a - b);
}
