import { input } from "../../../nn/layers/core/input.js";
import { type Model, model } from "../../../nn/models/model.js";
import { pixelsName, type ScratchSettings, scratchModel } from "../networks/scratchModel.js";
import type { ScratchNetwork } from "../options.js";
import { classesOf, seenAt } from "./teacherModel.js";

/**
 * A network with its first weights that takes the pictures as its teachers do, and looks at them in a size of its own.
 *
 * @param pictures the pictures' height and width
 */
export function studentModel(
  network: ScratchNetwork,
  settings: ScratchSettings,
  pictures: readonly [height: number, width: number],
): Model {
  const { size, seed } = settings;
  const inner = scratchModel(network, settings);
  if (size[0] === pictures[0] && size[1] === pictures[1]) return inner;
  const pixels = input({ shape: [...pictures, 3], name: pixelsName });
  const classes = classesOf(inner, seenAt(pixels, pictures, size));
  return model({ inputs: { [pixelsName]: pixels }, outputs: { classes }, name: network, seed }) as Model;
}
