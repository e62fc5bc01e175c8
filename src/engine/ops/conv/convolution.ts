import { ImagoError } from "../../errors.js";
import type { Value } from "../../graph/graph.js";
import type { InferContext } from "../../graph/operator.js";
import { type FieldsOf, optional } from "../../options.js";
import { formatShape, type Shape } from "../../tensor/shape.js";
import { requireKind } from "../define/elementKind.js";
import { whole } from "../define/fields.js";
import { reduceSum } from "../reduceSum.js";
import {
  extent,
  requireImage,
  spatialAxes,
  type Window,
  type WindowOptions,
  windowFields,
} from "./window.js";

export interface ConvOptions extends WindowOptions {
  /**
   * Into how many groups the channels fall; an output channel sees those of its group only. As many as there
   * are channels make a depthwise convolution. Default: 1.
   */
  readonly group?: number | undefined;
}

export const convFields = {
  ...windowFields,
  group: optional(whole()),
} satisfies FieldsOf<ConvOptions>;

export type ConvInputs = [Value, Value, Value?];

/** A convolution as its gradients see it, and those of its transpose. */
export interface Convolution extends Window {
  readonly group: number;
}

/** How many elements of the padded image `counts` windows cover along each axis. */
export function windowsReach(convolution: Window, counts: readonly number[]): number[] {
  return counts.map(
    (count, axis) => (convolution.strides[axis] as number) * (count - 1) + extent(convolution, axis),
  );
}

/** The kernel's sizes: those of the weights, which the attribute only repeats. */
export function kernelOf({
  inputs: [x, w],
  attributes,
}: Pick<InferContext<ConvInputs>, "inputs" | "attributes">): Shape {
  requireImage(x.shape);
  if (w.rank !== x.rank) {
    throw new ImagoError(
      `the weights must have the image's rank ${x.rank}, expected [out, in, …], received ${formatShape(w.shape)}`,
    );
  }
  const kernel = w.shape.slice(2);
  const repeated = attributes.ints("kernel_shape");
  if (repeated !== undefined && formatShape(repeated) !== formatShape(kernel)) {
    throw new ImagoError(`kernel_shape is ${formatShape(repeated)}, the weights have ${formatShape(kernel)}`);
  }
  return kernel;
}

/** @throws unless the element types are one, and the bias has one element for each of `channels` */
export function checkParts([x, w, bias]: ConvInputs, channels: number): void {
  requireKind(x, "floating-point");
  if (w.dtype !== x.dtype || (bias !== undefined && bias.dtype !== x.dtype)) {
    throw new ImagoError("expected inputs of one element type");
  }
  if (bias !== undefined && formatShape(bias.shape) !== formatShape([channels])) {
    throw new ImagoError(
      `the bias must be [${channels}], one for each output channel, received ${formatShape(bias.shape)}`,
    );
  }
}

/** The gradient for the bias, one for each channel. */
export function channelSums(dy: Value): Value {
  return reduceSum(dy, { axes: [0, ...spatialAxes(dy.rank)] });
}
