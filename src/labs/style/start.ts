import { ImagoError } from "../../engine/errors.js";
import { accepting } from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { type ImageSize, type Planes, sizeOfPlanes, toPlanes } from "../../vision/pixels.js";
import { haveSameProportions } from "../../vision/proportions.js";
import { resample } from "../../vision/resample.js";
import { greyOf } from "./colours.js";

export const styleInits = ["content", "style", "noise"] as const;
export type StyleInit = (typeof styleInits)[number];

/** How a start is read: one of the words, or a picture. A command line reads paths in its own way, so it has no form. */
export const startField = accepting(
  '"content", "style", "noise" or a Tensor',
  (value): value is StyleInit | Tensor =>
    value instanceof Tensor || styleInits.some((word) => word === value),
  { fallback: "content" },
);

/** @throws ImagoError when a start is a picture that is none, or has not the content's proportions */
export function checkStart(init: StyleInit | Tensor, content: ImageSize): void {
  if (!(init instanceof Tensor)) return;
  const [height = 0, width = 0, channels] = init.shape;
  const isPicture = init.shape.length === 3 && channels === 3 && height > 0 && width > 0;
  if (isPicture && haveSameProportions({ height, width }, content)) return;
  throw new ImagoError(
    `style: init: expected an image [height, width, 3] of the content's proportions, [${content.height}, ${content.width}], received ${formatShape(init.shape)}`,
  );
}

/** Lightness around which noise lies, and its deviation, of 255. */
const noise = { mean: 127.5, deviation: 40 };

/** What a start is made of. */
export interface StartFrom {
  readonly init: StyleInit | Tensor;
  /** At the size of the start. */
  readonly content: Planes;
  readonly style: Planes;
  readonly seed: number;
  /** Whether the picture is worked on without colours. */
  readonly isGrey: boolean;
}

/** The picture that the first size begins with. */
export async function startOf(
  { init, content, style, seed, isGrey }: StartFrom,
  runtime: Runtime,
): Promise<Planes> {
  const size = sizeOfPlanes(content);
  if (init === "content") return content;
  // Without colours already, where none are wanted.
  if (init === "style") return resample(style, size, runtime);
  const planes = init === "noise" ? noiseLike(content, seed) : await resample(toPlanes(init), size, runtime);
  return isGrey ? greyOf(planes) : planes;
}

function noiseLike({ shape, size }: Planes, seed: number): Planes {
  const random = new Generator(seed).split("style");
  const values = Float32Array.from({ length: size }, () =>
    Math.min(255, Math.max(0, random.normal(noise.mean, noise.deviation))),
  );
  return new Tensor("float32", shape, values);
}
