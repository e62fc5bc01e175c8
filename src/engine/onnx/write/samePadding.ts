import { Attributes, ints, string } from "../../graph/attributes.js";
import { type AutoPad, readWindow } from "../../ops/conv/window.js";
import type { AttributeRecord, NodeRecord } from "../proto/records.js";
import { attributeTypes } from "../proto/schema.js";
import { allEqual } from "./isEqual.js";

const poolings = new Set(["MaxPool", "AveragePool", "LpPool"]);

type Shapes = readonly (readonly number[])[];

/**
 * The attributes of a convolution or pooling whose pads differ with the size of the image, with the automatic padding
 * that gives just those; `undefined` for every other node, and where ONNX Runtime works those out otherwise: with
 * dilated windows, or gaps between them.
 *
 * @param images the shapes of what it is applied to
 * @param weights the shapes of a convolution's weights
 */
export function samePadding(
  { opType = "" }: NodeRecord,
  versions: readonly (readonly AttributeRecord[])[],
  images: Shapes | undefined,
  weights: Shapes | undefined,
): AttributeRecord[][] | undefined {
  const isPooling = poolings.has(opType);
  if (!isPooling && opType !== "Conv") return undefined;
  const pads = versions.map((list) => intsOf(list, "pads"));
  if (images === undefined || allEqual(pads)) return undefined;
  const others = versions.map((list) => list.filter(({ name }) => name !== "pads"));
  const way = (["SAME_UPPER", "SAME_LOWER"] as const).find((one) =>
    images.every((shape, at) => {
      const list = others[at] as AttributeRecord[];
      const kernel = isPooling ? intsOf(list, "kernel_shape") : weights?.[at]?.slice(2);
      const given = pads[at];
      return (
        kernel !== undefined &&
        given !== undefined &&
        fits(one, { list, kernel, given, sizes: shape.slice(2) })
      );
    }),
  );
  if (way === undefined) return undefined;
  const s = new TextEncoder().encode(way);
  return others.map((list) => [{ name: "auto_pad", s, type: attributeTypes.string }, ...list]);
}

interface Padded {
  readonly list: readonly AttributeRecord[];
  readonly kernel: readonly number[];
  readonly given: readonly number[];
  readonly sizes: readonly number[];
}

/** Whether the automatic padding is the one that is given. */
function fits(way: AutoPad, { list, kernel, given, sizes }: Padded): boolean {
  const strides = intsOf(list, "strides") ?? kernel.map(() => 1);
  const dilated = (intsOf(list, "dilations") ?? []).some((dilation) => dilation > 1);
  if (dilated || strides.some((stride, axis) => stride > (kernel[axis] as number))) return false;
  const attributes = new Attributes({ strides: ints(strides), auto_pad: string(way) });
  const { before, after } = readWindow(attributes, sizes, kernel);
  return allEqual([[...before, ...after], given]);
}

function intsOf(list: readonly AttributeRecord[], name: string): number[] | undefined {
  return list.find((one) => one.name === name)?.ints?.map(Number);
}
