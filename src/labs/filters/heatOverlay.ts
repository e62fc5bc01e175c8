import { aTensor } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { formatType, Tensor } from "../../engine/tensor/tensor.js";

/** From nothing to everything: blue, cyan, yellow, red. */
const heat = [
  [0, 0, 255],
  [0, 255, 255],
  [255, 255, 0],
  [255, 0, 0],
] as const;

/**
 * An image in grey with a map laid over it in colours from blue (0) to red (1), the stronger the higher.
 *
 * @param image `[height, width, 3]` from 0 to 255
 * @param map `[height, width]` from 0 to 1
 * @returns `[height, width, 3]`
 */
export function heatOverlay(image: Tensor, map: Tensor): Tensor<"float32"> {
  aTensor.read("heatOverlay", "image", image);
  aTensor.read("heatOverlay", "map", map);
  const [height, width, channels] = image.shape;
  if (channels !== 3 || map.shape.length !== 2 || map.shape[0] !== height || map.shape[1] !== width) {
    throw new ImagoError(
      `heatOverlay: expected [height, width, 3] and [height, width], received ${formatType(image)} and ${formatType(map)}`,
    );
  }
  const result = Tensor.zeros(image.shape);
  for (let pixel = 0; pixel < map.size; pixel++) {
    const value = Math.min(1, Math.max(0, Number(map.data[pixel])));
    const colour = heatColour(value);
    const grey = [0, 1, 2].reduce((sum, channel) => sum + Number(image.data[pixel * 3 + channel]) / 3, 0);
    const share = 0.2 + 0.5 * value;
    colour.forEach((part, channel) => {
      result.data[pixel * 3 + channel] = (1 - share) * grey + share * part;
    });
  }
  return result;
}

function heatColour(value: number): number[] {
  const place = value * (heat.length - 1);
  const low = Math.min(heat.length - 2, Math.floor(place));
  const [from, to] = [heat[low], heat[low + 1]] as [readonly number[], readonly number[]];
  return from.map((part, channel) => part + (place - low) * ((to[channel] as number) - part));
}
