import { aTensor } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { formatType, Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { resamplePlane } from "../../vision/resamplePlane.js";

/** From nothing to everything: blue, cyan, yellow, red. */
const heat = [
  [0, 0, 255],
  [0, 255, 255],
  [255, 255, 0],
  [255, 0, 0],
] as const;

/** How much of the colour there is at most: what is beneath stays visible. */
const most = 0.7;

/**
 * An image with a map laid over it in colours up to red, the stronger the higher: where the map is 0 the image stays as it is.
 *
 * @param image `[height, width, 3]` from 0 to 255
 * @param map `[rows, columns]` from 0 to 1; of another size than the image it is stretched over it
 * @returns `[height, width, 3]`
 */
export function heatOverlay(image: Tensor, map: Tensor): Tensor<"float32"> {
  aTensor.read("heatOverlay", "image", image);
  aTensor.read("heatOverlay", "map", map);
  const [height = 0, width = 0, channels] = image.shape;
  if (channels !== 3 || image.shape.length !== 3 || map.shape.length !== 2 || map.size === 0) {
    throw new ImagoError(
      `heatOverlay: expected [height, width, 3] and [rows, columns], received ${formatType(image)} and ${formatType(map)}`,
    );
  }
  const result = Tensor.zeros(image.shape);
  const from = { height: map.sizeAt(0), width: map.sizeAt(1) };
  resamplePlane(toNumbers(map), from, { height, width }).forEach((found, at) => {
    const value = Math.min(1, Math.max(0, found));
    heatColour(value).forEach((part, channel) => {
      const own = Number(image.data[at * 3 + channel]);
      result.data[at * 3 + channel] = own + most * value * (part - own);
    });
  });
  return result;
}

function heatColour(value: number): number[] {
  const place = value * (heat.length - 1);
  const low = Math.min(heat.length - 2, Math.floor(place));
  const [from, to] = [heat[low], heat[low + 1]] as [readonly number[], readonly number[]];
  return from.map((part, channel) => part + (place - low) * ((to[channel] as number) - part));
}
