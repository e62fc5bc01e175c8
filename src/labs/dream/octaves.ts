import { having, number } from "../../engine/options.js";
import type { ImageSize } from "../../vision/pixels.js";

/** Smallest side at which an octave still says something to a network. */
export const smallestSide = 64;

const sizeField = having<ImageSize>("{ height, width }", "height", "width");
const count = number({ min: 1, max: 1000, integer: true });
const ratio = number({ above: 0 });

/** The sizes that are worked on, the smallest first; those too small for a network are left out. */
export function octaveSizes(size: ImageSize, octaves: number, scale: number): ImageSize[] {
  const { height, width } = sizeField.read("octaveSizes", "size", size);
  count.read("octaveSizes", "octaves", octaves);
  ratio.read("octaveSizes", "scale", scale);
  const sizes = Array.from({ length: octaves }, (_, index) => {
    const factor = scale ** (index - octaves + 1);
    return { height: Math.round(height * factor), width: Math.round(width * factor) };
  });
  const useful = sizes.filter((size) => Math.min(size.height, size.width) >= smallestSide);
  return useful.length === 0 ? sizes.slice(-1) : useful;
}
