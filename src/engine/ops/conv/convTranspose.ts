import { ImagoError } from "../../errors.js";
import { type Attributes, int, ints } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { InputGradients } from "../../graph/operator.js";
import { type FieldsOf, optional } from "../../options.js";
import { formatShape, type Shape } from "../../tensor/shape.js";
import { defineOp, emit, type Operand } from "../define/define.js";
import { wholes } from "../define/fields.js";
import {
  type ConvInputs,
  type ConvOptions,
  type Convolution,
  channelSums,
  checkParts,
  convFields,
  kernelOf,
} from "./convolution.js";
import { convTo } from "./convTo.js";
import { convWeightGradient } from "./convWeightGradient.js";
import { autoPadOf, extent, listOf, splitPads, type Window, windowAttributes } from "./window.js";

export interface ConvTransposeOptions extends ConvOptions {
  /** Elements to add behind the last of each axis of the result. Default: 0. */
  readonly outputPadding?: readonly number[] | undefined;
  /** The result's spatial sizes, instead of `pads`, which follow from them. */
  readonly outputShape?: readonly number[] | undefined;
}

export interface Transposed extends Convolution {
  /** The spatial sizes of the result. */
  readonly sizes: readonly number[];
}

/** The convolution whose gradient for its image this is. */
export function transposedOf(attributes: Attributes, inputSizes: Shape, kernel: Shape): Transposed {
  const count = inputSizes.length;
  const window: Window = {
    kernel,
    strides: listOf(attributes, "strides", { count, fallback: 1, least: 1 }),
    dilations: listOf(attributes, "dilations", { count, fallback: 1, least: 1 }),
    before: inputSizes.map(() => 0),
    after: inputSizes.map(() => 0),
  };
  const more = listOf(attributes, "output_padding", { count, fallback: 0, least: 0 });
  const whole = inputSizes.map(
    (size, axis) =>
      (window.strides[axis] as number) * (size - 1) + extent(window, axis) + (more[axis] as number),
  );
  const pads = padsOf(attributes, { window, inputSizes, whole });
  const sizes = whole.map(
    (size, axis) => size - (pads.before[axis] as number) - (pads.after[axis] as number),
  );
  return { ...window, ...pads, sizes, group: attributes.int("group", 1) };
}

/** What is cut off at both ends of the `whole` result: given, or such that it gets its wanted sizes. */
function padsOf(
  attributes: Attributes,
  {
    window,
    inputSizes,
    whole,
  }: { readonly window: Window; readonly inputSizes: Shape; readonly whole: Shape },
): Pick<Window, "before" | "after"> {
  const count = whole.length;
  const autoPad = autoPadOf(attributes);
  const given = attributes.ints("output_shape");
  const same = autoPad === "SAME_UPPER" || autoPad === "SAME_LOWER";
  if (given === undefined && !same) {
    const pads = listOf(attributes, "pads", { count: 2 * count, fallback: 0, least: 0 });
    return autoPad === "VALID" ? window : { before: pads.slice(0, count), after: pads.slice(count) };
  }
  const wanted =
    given?.slice(-count) ?? inputSizes.map((size, axis) => size * (window.strides[axis] as number));
  const totals = whole.map((size, axis) => size - (wanted[axis] ?? Number.NaN));
  if (totals.some((total) => !(total >= 0))) {
    throw new ImagoError(
      `output_shape ${formatShape(wanted)} must be ${count} sizes of at most ${formatShape(whole)}`,
    );
  }
  return splitPads(totals, autoPad === "SAME_UPPER" ? "after" : "before");
}

const fields = {
  ...convFields,
  outputPadding: optional(wholes),
  outputShape: optional(wholes),
} satisfies FieldsOf<ConvTransposeOptions>;

/**
 * The transpose of a convolution, also called deconvolution: what {@link conv} does to its image's gradient,
 * so it makes images larger by `strides`.
 *
 * @param x [batch, in, …sizes]
 * @param w [in, out / group, …kernel]
 * @param bias [out]; may be absent
 * @returns [batch, out, …], each size stride · (size − 1) + dilation · (kernel − 1) + 1 + outputPadding − pads
 */
export const convTranspose = defineOp<
  ConvInputs,
  (x: Operand, w: Operand, bias?: Operand, options?: ConvTransposeOptions) => Value,
  typeof fields
>(
  "ConvTranspose",
  {
    arity: [2, 3],
    options: { at: 3, fields },
    infer: ({ inputs, attributes }) => {
      const [x, w] = inputs;
      const { group, sizes } = transposedOf(attributes, x.shape.slice(2), kernelOf({ inputs, attributes }));
      const out = w.size(1) * group;
      const channels = x.size(1);
      checkParts(inputs, out);
      if (w.shape[0] !== channels || group < 1 || channels % group !== 0) {
        throw new ImagoError(
          `the image has ${channels} channels, the weights ${formatShape(w.shape)} in ${group} groups are for ${w.shape[0]}`,
        );
      }
      if (sizes.some((size) => size < 1)) {
        throw new ImagoError(
          `the pads leave nothing of the result: its sizes would be ${formatShape(sizes)}`,
        );
      }
      return [{ dtype: x.dtype, shape: [x.size(0), out, ...sizes] }];
    },
    gradient: ({ inputs, attributes, outputGradients: [dy], active }): InputGradients => {
      const [x, w, bias] = inputs;
      const sizes = x.shape.slice(2);
      const convolution = transposedOf(attributes, sizes, w.shape.slice(2));
      return [
        active.has(x) ? convTo(dy, w, convolution, sizes) : undefined,
        active.has(w) ? convWeightGradient(dy, x, convolution) : undefined,
        bias === undefined ? undefined : channelSums(dy),
      ];
    },
  },
  (operator, { group, outputPadding, outputShape, ...window }) =>
    (x, w, bias) =>
      emit(operator, [x, w, bias], {
        ...windowAttributes(window),
        group: group === undefined ? undefined : int(group),
        output_padding: outputPadding === undefined ? undefined : ints(outputPadding),
        output_shape: outputShape === undefined ? undefined : ints(outputShape),
      }),
);
