import { Tensor } from "../../engine/tensor/tensor.js";
import type { Planes } from "../../vision/pixels.js";

/** Share of red, green and blue in lightness (ITU-R BT.601, the Y of YIQ and YCbCr). */
const shares = [0.299, 0.587, 0.114] as const;

function lightness(image: Planes): Float32Array {
  const count = image.size / 3;
  const result = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    let sum = 0;
    for (const [channel, share] of shares.entries())
      sum += share * (image.data[channel * count + at] as number);
    result[at] = sum;
  }
  return result;
}

function grey(values: Float32Array, shape: readonly number[]): Planes {
  const planes = Tensor.zeros(shape);
  for (let channel = 0; channel < 3; channel++) planes.data.set(values, channel * values.length);
  return planes;
}

/** The image without its colours: lightness in all three planes. */
export function greyOf(image: Planes): Planes {
  return grey(lightness(image), image.shape);
}

/**
 * A style without its colours, as light and as rich in contrast as the content: else a dark painting would
 * darken the picture, which its colours then could not follow. (Gatys et al. 2017, section 5.2.)
 */
export function matchedGrey(style: Planes, content: Planes): Planes {
  const values = lightness(style);
  const from = spread(values);
  const to = spread(lightness(content));
  const scale = from.deviation > 0 ? to.deviation / from.deviation : 1;
  return grey(
    values.map((value) => (value - from.mean) * scale + to.mean),
    style.shape,
  );
}

function spread(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/**
 * One image's lightness with another's colours (in YIQ, where colour is what is left without lightness).
 *
 * @param colours of the same size
 */
export function withColoursOf(image: Planes, colours: Planes): Planes {
  const wanted = lightness(image);
  const had = lightness(colours);
  const result = Tensor.zeros(image.shape);
  for (let at = 0; at < result.size; at++) {
    const pixel = at % wanted.length;
    result.data[at] = (colours.data[at] as number) + (wanted[pixel] as number) - (had[pixel] as number);
  }
  return result;
}
