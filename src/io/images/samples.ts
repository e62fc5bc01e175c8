import { aTensor } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { formatType, type Tensor, toNumbers } from "../../engine/tensor/tensor.js";

/** The form of samples, as sharp takes it. */
export interface Raw {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/**
 * An image's samples as bytes, rounded and clipped to 0 to 255.
 *
 * @throws ImagoError on a shape that is no image's, and on NaN or infinity, naming the pixel
 */
export function samplesOf(image: Tensor): { raw: Raw; samples: Buffer } {
  aTensor.read("writeImage", "image", image);
  const [height = 0, width = 0, channels = 0] = image.shape;
  if (image.shape.length !== 3 || ![1, 3, 4].includes(channels) || height * width === 0) {
    throw new ImagoError(
      `writeImage: expected [height, width, channels] with 1, 3 or 4 channels, received ${formatType(image)}.`,
    );
  }
  const numbers = toNumbers(image);
  const samples = new Uint8ClampedArray(numbers.length);
  for (let at = 0; at < numbers.length; at++) {
    const value = numbers[at] as number;
    if (!Number.isFinite(value)) {
      const pixel = Math.floor(at / channels);
      throw new ImagoError(
        `writeImage: the pixel at row ${Math.floor(pixel / width)}, column ${pixel % width} is ${value}.`,
        { help: "Whatever computed the image went wrong before; look for too large a step." },
      );
    }
    samples[at] = value;
  }
  const raw = { width, height, channels: channels as Raw["channels"] };
  return { raw, samples: Buffer.from(samples.buffer) };
}
