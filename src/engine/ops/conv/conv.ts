import { ImagoError } from "../../errors.js";
import { int } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { GradientContext, InputGradients } from "../../graph/operator.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { defineOp, emit, type Operand } from "../define/define.js";
import { tensorOrValue } from "../define/fields.js";
import { convInputGradient } from "./convInputGradient.js";
import {
  type ConvInputs,
  type ConvOptions,
  type Convolution,
  channelSums,
  checkParts,
  convFields,
  kernelOf,
} from "./convolution.js";
import { convWeightGradient } from "./convWeightGradient.js";
import { readWindow, windowAttributes, windowCounts, withPads } from "./window.js";

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
  (x: Value | Tensor, w: Value | Tensor, bias?: Operand, options?: ConvOptions) => Value,
  typeof convFields
>(
  "Conv",
  {
    arity: [2, 3],
    options: { at: 3, fields: convFields },
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
  (operator, { group, ...window }) =>
    (x, w, bias) => {
      tensorOrValue.read(operator.type, "x", x);
      tensorOrValue.read(operator.type, "w", w);
      return emit(operator, [x, w, bias], {
        ...windowAttributes(withPads(window, x.shape.slice(2), w.shape.slice(2))),
        group: group === undefined ? undefined : int(group),
      });
    },
);
