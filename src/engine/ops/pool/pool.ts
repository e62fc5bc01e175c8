import { ImagoError } from "../../errors.js";
import { type Attribute, type Attributes, int, ints } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import { type FieldsOf, flag } from "../../options.js";
import { formatShape, type Shape } from "../../tensor/shape.js";
import type { TensorType } from "../../tensor/tensor.js";
import {
  readWindow,
  requireImage,
  type Window,
  type WindowOptions,
  windowAttributes,
  windowCounts,
  windowFields,
} from "../conv/window.js";
import { requireKind } from "../define/elementKind.js";
import { wholes } from "../define/fields.js";

export interface PoolOptions extends WindowOptions {
  /** Sizes of the window, one for each spatial axis. */
  readonly kernelShape: readonly number[];
  /** Take a last window that reaches over the end, as long as it begins inside. Default: false. */
  readonly ceilMode?: boolean | undefined;
}

export const poolFields = {
  ...windowFields,
  kernelShape: wholes,
  ceilMode: flag(false),
} satisfies FieldsOf<PoolOptions>;

/** The options as ONNX's attributes. */
export function poolAttributes({
  kernelShape,
  ceilMode = false,
  ...window
}: PoolOptions): Record<string, Attribute | undefined> {
  return {
    kernel_shape: ints(kernelShape),
    ceil_mode: ceilMode ? int(1) : undefined,
    ...windowAttributes(window),
  };
}

/** A pooling's window, and how often it fits. */
export interface Pooling {
  readonly window: Window;
  readonly counts: readonly number[];
}

/** The pooling that a node's attributes describe for an image of `shape`. */
export function poolingOf(shape: Shape, attributes: Attributes): Pooling {
  requireImage(shape);
  const sizes = shape.slice(2);
  const kernel = attributes.ints("kernel_shape");
  if (kernel === undefined || kernel.length !== sizes.length || kernel.some((size) => size < 1)) {
    throw new ImagoError(
      `kernel_shape must be ${sizes.length} numbers from 1, one for each spatial axis, received ` +
        (kernel === undefined ? "none" : `[${kernel.join(", ")}]`),
    );
  }
  const window = readWindow(attributes, sizes, kernel);
  const tooWide = kernel.some(
    (size, axis) => Math.max(window.before[axis] ?? 0, window.after[axis] ?? 0) >= size,
  );
  if (tooWide) {
    // ONNX Runtime's rule, dilations or not: no window may lie outside of the image.
    throw new ImagoError(
      `pads ${formatShape([...window.before, ...window.after])} must be smaller than the window ${formatShape(kernel)}`,
    );
  }
  return { window, counts: windowCounts(sizes, window, attributes.int("ceil_mode", 0) === 1) };
}

/** What pooling makes of an image's type. */
export function pooledType(x: Value, attributes: Attributes): TensorType {
  requireKind(x, "floating-point");
  return { dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...poolingOf(x.shape, attributes).counts] };
}

/** Whether the windows lie side by side, each whole and inside the image. */
export function isTiling({ window, counts }: Pooling, x: Value): boolean {
  const { kernel, strides, dilations, before, after } = window;
  return kernel.every(
    (size, axis) =>
      strides[axis] === size &&
      (dilations[axis] === 1 || size === 1) &&
      before[axis] === 0 &&
      after[axis] === 0 &&
      size * (counts[axis] as number) <= x.size(axis + 2),
  );
}
