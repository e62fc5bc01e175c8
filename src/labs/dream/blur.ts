import { type Planes, sizeOfPlanes } from "../../vision/pixels.js";

/**
 * A Gaussian blur, along rows and then along columns, in place; edges are continued.
 *
 * @param deviation standard deviation in pixels, above 0
 */
export function blur(planes: Planes, deviation: number): void {
  const kernel = gaussian(deviation);
  const { height, width } = sizeOfPlanes(planes);
  for (let channel = 0; channel < 3; channel++) {
    const start = channel * height * width;
    for (let y = 0; y < height; y++) blurLine(planes.data, start + y * width, 1, width, kernel);
    for (let x = 0; x < width; x++) blurLine(planes.data, start + x, width, height, kernel);
  }
}

/** Weights from the middle outwards on both sides, which add up to 1. */
function gaussian(deviation: number): Float64Array {
  const radius = Math.ceil(3 * deviation);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = kernel.reduce((a, b) => a + b, 0);
  return kernel.map((weight) => weight / total);
}

/** Blurs `length` elements, `step` apart from each other. */
function blurLine(
  data: Float32Array,
  start: number,
  step: number,
  length: number,
  kernel: Float64Array,
): void {
  const radius = (kernel.length - 1) / 2;
  const line = Float64Array.from({ length }, (_, i) => data[start + i * step] as number);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = -radius; k <= radius; k++) {
      const at = Math.min(length - 1, Math.max(0, i + k));
      sum += (kernel[k + radius] as number) * (line[at] as number);
    }
    data[start + i * step] = sum;
  }
}
