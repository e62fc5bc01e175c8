import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { ImageNetwork } from "../../vision/imageNetwork.js";
import { fromPlanes, type Planes, sizeOfPlanes, toPlanes } from "../../vision/pixels.js";
import { resample } from "../../vision/resample.js";
import { type DreamPreview, dream } from "./dream.js";
import { type DreamOptions, dreamFields } from "./dreamOptions.js";

export interface DreamZoomOptions extends DreamOptions {
  /** How many frames to make, 1 to 100000. */
  readonly frames: number;
  /** How much larger everything is from one frame to the next, above 1 and up to 2. Default: 1.05. */
  readonly zoom?: number | undefined;
}

/** How {@link DreamZoomOptions} are read. */
export const dreamZoomFields = {
  ...dreamFields,
  frames: number({
    min: 1,
    max: 100_000,
    integer: true,
    help: "dream into the picture for so many frames",
    unit: "frames",
  }),
  zoom: number({ default: 1.05, above: 1, max: 2, help: "from one frame to the next" }),
} satisfies FieldsOf<DreamZoomOptions>;

/** Where a zoom stands after a step. */
export interface DreamZoomPreview extends DreamPreview {
  /** From 0. */
  readonly frame: number;
  readonly frames: number;
}

/**
 * A journey into a dream: each frame is the middle of the one before, enlarged and dreamt on. The frames are the
 * previews whose `last` is true.
 *
 * @param image `[height, width, 3]` from 0 to 255, the size of every frame
 * @throws as {@link dream}
 */
export async function* dreamZoom(
  network: ImageNetwork,
  image: Tensor,
  options: DreamZoomOptions,
): AsyncGenerator<DreamZoomPreview, void, undefined> {
  const { frames, zoom, ...rest } = readOptions("dreamZoom", options, dreamZoomFields);
  const runtime = rest.runtime ?? (await defaultRuntime());
  let current = image;
  for (let frame = 0; frame < frames; frame++) {
    // Another seed each time: the same shifts in every frame would add up.
    const seed = rest.seed + frame;
    let result: Tensor<"float32"> | undefined;
    for await (const preview of dream(network, current, { ...rest, runtime, seed })) {
      if (preview.last) result = preview.image();
      yield { ...preview, frame, frames };
    }
    if (frame < frames - 1) current = await enlarged(result as Tensor<"float32">, zoom, runtime);
  }
}

/** The middle of an image, enlarged to the image's size. */
async function enlarged(image: Tensor, zoom: number, runtime: Runtime): Promise<Tensor<"float32">> {
  const planes = toPlanes(image);
  const { height, width } = sizeOfPlanes(planes);
  const [top, left] = [margin(height, zoom), margin(width, zoom)];
  const larger = await resample(planes, { height: height + 2 * top, width: width + 2 * left }, runtime);
  const middle: Planes = Tensor.zeros(planes.shape);
  const row = width + 2 * left;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const from = (channel * (height + 2 * top) + top + y) * row + left;
      middle.data.set(larger.data.subarray(from, from + width), (channel * height + y) * width);
    }
  }
  return fromPlanes(middle);
}

/** What is cut off at each side, at least a pixel. */
const margin = (side: number, zoom: number): number => Math.max(1, Math.round((side * (zoom - 1)) / 2));
