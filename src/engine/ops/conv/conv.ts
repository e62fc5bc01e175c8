import { ImagoError } from "../../errors.js";
import { int } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { GradientContext, InferContext, InputGradients } from "../../graph/operator.js";
import { formatShape, type Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { defineOp, emit, type Operand } from "../define/define.js";
import { requireKind } from "../define/elementKind.js";
import { type Convolution, channelSums, convInputGradient } from "./convGradient.js";
import { convWeightGradient } from "./convWeightGradient.js";
import {
  readWindow,
  requireImage,
  type WindowOptions,
  windowAttributes,
  windowCounts,
  withPads,
} from "./window.js";

export interface ConvOptions extends WindowOptions {
  /**
   * Into how many groups the channels fall; an output channel sees those of its group only. As many as there
   * are channels make a depthwise convolution. Default: 1.
   */
  readonly group?: number | undefined;
}

export type ConvInputs = [Value, Value, Value?];

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

function checkChannels([x, w]: ConvInputs, group: number): void {
  const [channels, out, inside] = [x.size(1), w.size(0), w.size(1)];
  if (group < 1 || inside * group !== channels) {
    throw new ImagoError(
      `the image has ${channels} channels, the weights ${formatShape(w.shape)} are for ${inside * group}` +
        (group === 1 ? "" : ` (${inside} in each of ${group} groups)`),
    );
  }
  if (out % group !== 0)
    throw new ImagoError(`${out} output channels cannot be shared among ${group} groups`);
}

function convolutionOf({
  inputs,
  attributes,
}: Pick<GradientContext<ConvInputs>, "inputs" | "attributes">): Convolution {
  const kernel = kernelOf({ inputs, attributes });
  return { ...readWindow(attributes, inputs[0].shape.slice(2), kernel), group: attributes.int("group", 1) };
}

/**
 * Convolution (in the field's sense: cross-correlation) over 1, 2, 3 or more spatial axes.
 *
 * @param x [batch, in, …sizes]
 * @param w [out, in / group, …kernel]
 * @param bias [out]; may be absent
 * @returns [batch, out, …], each size ⌊(size + pads − dilation · (kernel − 1) − 1) / stride⌋ + 1
 */
export const conv = defineOp<
  ConvInputs,
  (x: Value | Tensor, w: Value | Tensor, bias?: Operand, options?: ConvOptions) => Value
>(
  "Conv",
  {
    arity: [2, 3],
    infer: ({ inputs, attributes }) => {
      const [x, w] = inputs;
      const convolution = convolutionOf({ inputs, attributes });
      const out = w.size(0);
      checkParts(inputs, out);
      checkChannels(inputs, convolution.group);
      const counts = windowCounts(x.shape.slice(2), convolution);
      return [{ dtype: x.dtype, shape: [x.size(0), out, ...counts] }];
    },
    gradient: ({ inputs, attributes, outputGradients: [dy], active }): InputGradients => {
      const [x, w, bias] = inputs;
      const convolution = convolutionOf({ inputs, attributes });
      return [
        active.has(x) ? convInputGradient(dy, w, convolution, x.shape.slice(2)) : undefined,
        active.has(w) ? convWeightGradient(x, dy, convolution) : undefined,
        bias === undefined ? undefined : channelSums(dy),
      ];
    },
  },
  (operator) =>
    (x, w, bias, { group, ...window } = {}) =>
      emit(operator, [x, w, bias], {
        ...windowAttributes(withPads(window, x.shape.slice(2), w.shape.slice(2))),
        group: group === undefined ? undefined : int(group),
      }),
);
