import { ImagoError } from "../engine/errors.js";
import { formatShape } from "../engine/tensor/shape.js";
import { Tensor, toNumbers } from "../engine/tensor/tensor.js";

/** An image as planes: float32 `[1, 3, height, width]`, red, green and blue from 0 to 255. */
export type Planes = Tensor<"float32">;

/** Height and width in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

export function sizeOfPlanes({ shape }: Pick<Tensor, "shape">): ImageSize {
  return { height: shape[2] as number, width: shape[3] as number };
}

/**
 * @param image `[height, width, 3]` from 0 to 255
 * @throws when the shape is another
 */
export function toPlanes(image: Tensor): Planes {
  const [height, width, channels] = image.shape;
  if (image.shape.length !== 3 || channels !== 3 || height === undefined || width === undefined) {
    throw new ImagoError(`expected an image [height, width, 3], received ${formatShape(image.shape)}`);
  }
  const from = toNumbers(image);
  const planes = Tensor.zeros([1, 3, height, width]);
  const count = height * width;
  for (let at = 0; at < count; at++) {
    for (let channel = 0; channel < 3; channel++) {
      planes.data[channel * count + at] = from[at * 3 + channel] as number;
    }
  }
  return planes;
}

/** The inverse of {@link toPlanes}; values outside of 0 to 255 are clipped. */
export function fromPlanes(planes: Planes): Tensor<"float32"> {
  const { height, width } = sizeOfPlanes(planes);
  const image = Tensor.zeros([height, width, 3]);
  const count = height * width;
  for (let at = 0; at < count; at++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[at * 3 + channel] = Math.min(255, Math.max(0, planes.data[channel * count + at] as number));
    }
  }
  return image;
}
