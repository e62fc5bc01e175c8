import { ImagoError } from "../../errors.js";
import { type Attribute, Attributes, ints, string } from "../../graph/attributes.js";
import { type FieldsOf, oneOf, optional } from "../../options.js";
import { formatShape, type Shape } from "../../tensor/shape.js";
import { wholes } from "../define/fields.js";

export type AutoPad = "SAME_UPPER" | "SAME_LOWER" | "VALID";

/** How a convolution's or pooling's window moves over the image. One number for each spatial axis. */
export interface WindowOptions {
  /** Distance between neighbouring windows. Default: 1. */
  readonly strides?: readonly number[] | undefined;
  /** Elements around the image: before the first of each axis, then behind the last of each. Default: 0. */
  readonly pads?: readonly number[] | undefined;
  /** Distance between neighbouring elements inside the window. Default: 1. */
  readonly dilations?: readonly number[] | undefined;
  /**
   * Instead of `pads`: as many as make the result size ⌈size / stride⌉, an odd one behind ("SAME_UPPER") or
   * in front ("SAME_LOWER"), or none ("VALID").
   */
  readonly autoPad?: AutoPad | undefined;
}

const autoPads: readonly AutoPad[] = ["SAME_UPPER", "SAME_LOWER", "VALID"];

export const windowFields = {
  strides: optional(wholes),
  pads: optional(wholes),
  dilations: optional(wholes),
  autoPad: optional(oneOf(autoPads)),
} satisfies FieldsOf<WindowOptions>;

/** A window with all that options leave open, one number for each spatial axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Elements added before the first of each axis. */
  readonly before: readonly number[];
  /** Elements added behind the last of each axis. */
  readonly after: readonly number[];
}

/** The options as ONNX's attributes. */
export function windowAttributes({
  strides,
  pads,
  dilations,
  autoPad,
}: WindowOptions): Record<string, Attribute | undefined> {
  const list = (values: readonly number[] | undefined): Attribute | undefined =>
    values === undefined ? undefined : ints(values);
  return {
    strides: list(strides),
    pads: list(pads),
    dilations: list(dilations),
    auto_pad: autoPad === undefined ? undefined : string(autoPad),
  };
}

/**
 * The options with "SAME_UPPER" and "SAME_LOWER" worked out: ONNX Runtime's convolutions take them without
 * dilations only. What does not fit stays, for inference to refuse.
 */
export function withPads(options: WindowOptions, sizes: Shape, kernel: readonly number[]): WindowOptions {
  const { autoPad, ...others } = options;
  const lists = [kernel, options.strides ?? kernel, options.dilations ?? kernel];
  if (autoPad === undefined || lists.some((list) => list.length !== sizes.length)) return options;
  const { before, after } = readWindow(new Attributes(windowAttributes(options)), sizes, kernel);
  return { ...others, pads: [...before, ...after] };
}

/** Size of the image that one window covers along an axis. */
export function extent({ kernel, dilations }: Window, axis: number): number {
  return (dilations[axis] as number) * ((kernel[axis] as number) - 1) + 1;
}

/** An attribute with one whole number from `least` for each of `count` places. */
export function listOf(
  attributes: Attributes,
  name: string,
  { count, fallback, least }: { readonly count: number; readonly fallback: number; readonly least: number },
): readonly number[] {
  const given = attributes.ints(name) ?? new Array<number>(count).fill(fallback);
  if (given.length !== count || given.some((value) => value < least)) {
    throw new ImagoError(
      `${name} must be ${count} numbers from ${least}, received ${formatShape(given)}` +
        (name === "pads" ? " (before the first of each spatial axis, then behind the last of each)" : ""),
    );
  }
  return given;
}

/** The attribute "auto_pad". */
export function autoPadOf(attributes: Attributes): AutoPad | "NOTSET" {
  const given = attributes.string("auto_pad", "NOTSET");
  if (given === "SAME_UPPER" || given === "SAME_LOWER" || given === "VALID" || given === "NOTSET") {
    return given;
  }
  throw new ImagoError(`auto_pad "${given}" must be NOTSET, SAME_UPPER, SAME_LOWER or VALID`);
}

/** What is added at the two ends of each axis of which `totals` are wanted in all. */
export function splitPads(
  totals: readonly number[],
  oddOne: "before" | "after",
): Pick<Window, "before" | "after"> {
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total, axis) => total - (less[axis] as number));
  return oddOne === "before" ? { before: more, after: less } : { before: less, after: more };
}

/**
 * The window that a node's attributes describe.
 *
 * @param sizes of the image's spatial axes
 * @throws when an attribute has the wrong number of entries or an impossible one
 */
export function readWindow(attributes: Attributes, sizes: Shape, kernel: readonly number[]): Window {
  const count = sizes.length;
  const strides = listOf(attributes, "strides", { count, fallback: 1, least: 1 });
  const dilations = listOf(attributes, "dilations", { count, fallback: 1, least: 1 });
  const bare: Window = { kernel, strides, dilations, before: sizes.map(() => 0), after: sizes.map(() => 0) };
  const autoPad = autoPadOf(attributes);
  if (autoPad === "VALID") return bare;
  if (autoPad === "NOTSET") {
    const pads = listOf(attributes, "pads", { count: 2 * count, fallback: 0, least: 0 });
    return { ...bare, before: pads.slice(0, count), after: pads.slice(count) };
  }
  const totals = sizes.map((size, axis) => {
    const stride = strides[axis] as number;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent(bare, axis) - size);
  });
  return { ...bare, ...splitPads(totals, autoPad === "SAME_UPPER" ? "after" : "before") };
}

/**
 * How many windows fit along each axis.
 *
 * @param ceil take a last window that reaches over the end, as long as it begins before it
 * @throws when the window is larger than the padded image
 */
export function windowCounts(sizes: Shape, window: Window, ceil = false): number[] {
  return sizes.map((size, axis) => {
    const [stride, before] = [window.strides[axis] as number, window.before[axis] as number];
    const room = size + before + (window.after[axis] as number) - extent(window, axis);
    if (room < 0 && !(ceil && room > -stride)) {
      throw new ImagoError(
        `the window of ${formatShape(sizes.map((_, each) => extent(window, each)))} is larger than the image of ` +
          `${formatShape(sizes)} with pads ${formatShape([...window.before, ...window.after])}`,
      );
    }
    const count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
    return ceil && (count - 1) * stride >= size + before ? count - 1 : count;
  });
}

/** The axes of an image of `rank` that windows move along: all behind batch and channels. */
export function spatialAxes(rank: number): number[] {
  return Array.from({ length: rank - 2 }, (_, axis) => axis + 2);
}

/** @throws unless the image has a batch axis, a channel axis and at least one more */
export function requireImage(shape: Shape): void {
  if (shape.length < 3) {
    throw new ImagoError(
      `expected rank 3 or more (batch, channels, then at least one spatial axis), received ${formatShape(shape)}`,
    );
  }
}
