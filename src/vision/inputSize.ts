import type { OnnxModel } from "../nn/models/onnxModel.js";
import type { Preprocessing } from "./preprocessing.js";

/** Height and width of the pictures of a classifier: what its file fixes, else what its preprocessing says, else 224. */
export function inputSize(
  { inputs }: Pick<OnnxModel, "inputs">,
  { settings }: Preprocessing,
): readonly [number, number] {
  const first = settings.layout === "channelsFirst" ? 2 : 1;
  const [height, width] = settings.size ?? [224, 224];
  const sizes = inputs[0]?.sizes ?? [];
  const fixed = (axis: number, otherwise: number): number => {
    const size = sizes[axis];
    return typeof size === "number" ? size : otherwise;
  };
  return [fixed(first, height), fixed(first + 1, width)];
}
