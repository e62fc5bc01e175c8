import { ImagoError } from "../../errors.js";
import { type Attribute, Attributes, ints } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { Operator } from "../../graph/operator.js";
import type { Shape } from "../../tensor/shape.js";
import { extent, spatialAxes, type Window } from "../conv/window.js";
import { emitAll } from "../define/define.js";
import { slice } from "../slice.js";
import { type Pooling, poolingOf } from "./pool.js";

/** A pooling of which all count the same windows, and how much of the image it is of. */
export interface SettledPooling {
  readonly attributes: Attributes;
  /** Sizes of the spatial axes without the elements at their ends that no window covers, where those are in the way. */
  readonly kept: Shape;
}

/**
 * The same pooling, as ONNX Runtime's shape inference and its kernels both understand it:
 *
 * - with `ceil_mode` only where a last window does reach over the end, and then with nothing left behind the last
 *   windows of the other axes. The kernels drop a window that would begin behind the image; ONNX's shape inference of
 *   opset 21 counts it, and the file is refused where anything depends on the size.
 * - with pads in the place of "SAME_UPPER" and "SAME_LOWER" where windows are dilated, which the kernels forget, or have
 *   gaps between them, which they take for pads below 0.
 *
 * @param shape of the image, [batch, channels, …sizes]
 * @returns what was given where there is nothing to settle, or where inference will refuse it
 */
export function settlePooling(shape: Shape, attributes: Attributes): SettledPooling {
  const given = { attributes, kept: shape.slice(2) };
  const ceil = attributes.int("ceil_mode", 0) === 1;
  const same = attributes.string("auto_pad", "NOTSET").startsWith("SAME");
  const pooling = ceil || same ? poolingOrNone(shape, attributes) : undefined;
  if (pooling === undefined) return given;
  const { window } = pooling;
  const { ceil_mode, auto_pad, pads, ...others } = Object.fromEntries(attributes);
  const reaching = given.kept.some((size, axis) => restAt(size, pooling, axis) < 0);
  if (!reaching) {
    const padding =
      same && isSpread(window) ? { pads: ints([...window.before, ...window.after]) } : { auto_pad, pads };
    return { ...given, attributes: new Attributes({ ...others, ...padding }) };
  }
  // The elements behind the last window, of which a ceiling would make one more.
  const dropped = given.kept.map((size, axis) => Math.max(0, restAt(size, pooling, axis)));
  if (dropped.every((rest) => rest === 0)) return given;
  const less = window.after.map((size, axis) => Math.max(0, size - (dropped[axis] as number)));
  return {
    attributes: new Attributes({ ...others, ceil_mode, pads: ints([...window.before, ...less]) }),
    kept: given.kept.map(
      (size, axis) => size - Math.max(0, (dropped[axis] as number) - (window.after[axis] as number)),
    ),
  };
}

/** Whether a window's elements, or the windows, lie apart. */
function isSpread({ kernel, strides, dilations }: Window): boolean {
  return kernel.some((size, axis) => (strides[axis] as number) > size || (dilations[axis] as number) > 1);
}

/**
 * Emits a pooling, settled.
 *
 * @param wanted whether indices into the image are wanted, which cannot be of a part of it
 */
export function emitPooling(
  operator: Operator,
  x: Value,
  options: Readonly<Record<string, Attribute | undefined>>,
  wanted: { readonly indices?: boolean } = {},
): Value[] {
  const settled = settlePooling(x.shape, new Attributes(options));
  const { attributes, kept } = settled;
  if (!cuts(x.shape, settled)) return emitAll(operator, [x], Object.fromEntries(attributes));
  if (wanted.indices === true) throw cutIndices(operator.type);
  const image = slice(x, { starts: kept.map(() => 0), ends: kept, axes: spatialAxes(x.rank) });
  return emitAll(operator, [image], Object.fromEntries(attributes));
}

/** Whether a settled pooling is of a part of the image of `shape`. */
export function cuts(shape: Shape, { kept }: SettledPooling): boolean {
  return kept.some((size, axis) => size !== shape[axis + 2]);
}

/** The error for indices into a part of an image. */
export function cutIndices(where: string): ImagoError {
  return new ImagoError(
    `${where}: indices are not supported where ceil_mode leaves elements between the windows of one axis behind its ` +
      "last window and lets that of another axis reach over the end; give pads instead of ceil_mode",
  );
}

function poolingOrNone(shape: Shape, attributes: Attributes): Pooling | undefined {
  try {
    return poolingOf(shape, attributes);
  } catch (error) {
    if (error instanceof ImagoError) return undefined;
    throw error;
  }
}

/** How far the room for windows, padding included, goes beyond the end of the last one; below 0 where that reaches over. */
function restAt(size: number, { window, counts }: Pooling, axis: number): number {
  const room = size + (window.before[axis] as number) + (window.after[axis] as number) - extent(window, axis);
  return room - ((counts[axis] as number) - 1) * (window.strides[axis] as number);
}
