import type { Value } from "../../engine/graph/graph.js";
import { matMul } from "../../engine/ops/matMul.js";
import { mul } from "../../engine/ops/mul.js";
import { reshape } from "../../engine/ops/reshape.js";
import { sigmoid } from "../../engine/ops/sigmoid.js";
import { transpose } from "../../engine/ops/transpose.js";
import type { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";

/**
 * Axes of colour along which the colours of photographs vary independently, nearly: brightness, red against blue,
 * green against both. (Ohta, Kanade and Sakai, "Color Information for Region Segmentation", 1980.)
 */
const colourAxes = [
  [1, 1, 1],
  [1, 0, -1],
  [-0.5, 1, -0.5],
] as const;
/** How much photographs vary along each axis, by the first. */
const colourDeviations = [1, 0.45, 0.25] as const;
/**
 * An image as a network's visualisation is optimised in: the coefficients of its cosine waves, for each of three
 * independent axes of colour, divided by their frequency. A step then changes large and small structures as they
 * occur in photographs, where in pixels it would make noise of the highest frequencies. (Olah, Mordvintsev and
 * Schubert, "Feature Visualization", Distill, 2017; cosines instead of a Fourier transform, so that opposite edges
 * are not bound to each other.)
 *
 * @param coefficients `[3, size, size]`
 * @returns `[1, 3, size, size]`: red, green and blue from 0 to 255
 */
export function imageOf(coefficients: Value): Value {
  const size = coefficients.size(1);
  const waves = cosineWaves(size);
  const scaled = mul(coefficients, frequencyScale(size));
  const planes = matMul(
    matMul(waves, scaled),
    transpose(coefficients.graph.constant(waves, "waves"), [1, 0]),
  );
  const colours = matMul(colourMatrix(), reshape(planes, [3, size * size]));
  return reshape(mul(sigmoid(colours), 255), [1, 3, size, size]);
}

/** Where an optimisation begins: faint noise. */
export function firstCoefficients(size: number, random: Generator): Tensor<"float32"> {
  const deviation = 0.05;
  return new Tensor(
    "float32",
    [3, size, size],
    random.normals(3 * size * size).map((value) => deviation * value),
  );
}

/** `[positions, frequencies]`: the columns are orthonormal (DCT-II). */
function cosineWaves(size: number): Tensor {
  const waves = Tensor.zeros([size, size]);
  for (let position = 0; position < size; position++) {
    for (let frequency = 0; frequency < size; frequency++) {
      const norm = Math.sqrt((frequency === 0 ? 1 : 2) / size);
      const angle = (Math.PI * (position + 0.5) * frequency) / size;
      waves.data[position * size + frequency] = norm * Math.cos(angle);
    }
  }
  return waves;
}

/**
 * Falls with the frequency, so that all sizes of structure weigh alike; and so that a coefficient is half of the
 * height of its wave, whatever the image's size.
 */
function frequencyScale(size: number): Tensor {
  const scale = Tensor.zeros([size, size]);
  for (let down = 0; down < size; down++) {
    for (let right = 0; right < size; right++) {
      scale.data[down * size + right] = size / 4 / Math.max(1, Math.hypot(down, right));
    }
  }
  return scale;
}

/** `[rgb, axis]`. */
function colourMatrix(): Tensor {
  const matrix = Tensor.zeros([3, 3]);
  colourAxes.forEach((axis, index) => {
    const length = Math.hypot(...axis);
    axis.forEach((part, channel) => {
      matrix.data[channel * 3 + index] = ((colourDeviations[index] as number) * part) / length;
    });
  });
  return matrix;
}
