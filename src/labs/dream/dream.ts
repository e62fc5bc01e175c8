import { aTensor } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { Generator } from "../../engine/random/generator.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { type ImageNetwork, imageNetwork } from "../../vision/imageNetwork.js";
import { fromPlanes, type ImageSize, type Planes, sizeOfPlanes, toPlanes } from "../../vision/pixels.js";
import { resample } from "../../vision/resample.js";
import { ascend, TileGradient } from "./ascent.js";
import { type DreamOptions, readDream } from "./dreamOptions.js";
import { guideFeatures } from "./guide.js";
import type { DreamLayer } from "./objective.js";
import { octaveSizes } from "./octaves.js";
import { openTiles } from "./openTiles.js";

/** Where a dream stands after a step. */
export interface DreamPreview {
  /** From 0. */
  readonly octave: number;
  readonly octaves: number;
  /** Finished steps of this octave. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Whether this is the finished picture. */
  readonly last: boolean;
  /** The image at this octave's size, `[height, width, 3]` from 0 to 255. */
  image(): Tensor<"float32">;
}

/**
 * DeepDream: gradient ascent on an image so that whole layers of a network answer strongly, at several sizes
 * from small to large. What the dream added at one size is enlarged and put onto the original at the next, so
 * no detail of the original is lost. (Mordvintsev, Olah and Tyka, "Inceptionism", 2015.)
 *
 * Beside what the network needs for one tile, it holds a few times the image in memory: about 1.5 GB for 24
 * megapixels.
 *
 * @param image `[height, width, 3]` from 0 to 255
 * @returns a preview after each step, the last of which is the picture
 * @throws on unknown options, layers and channels, and the signal's reason when it aborts
 */
export async function* dream(
  network: ImageNetwork,
  image: Tensor,
  options: DreamOptions,
): AsyncGenerator<DreamPreview, void, undefined> {
  imageNetwork.read("dream", "network", network);
  aTensor.read("dream", "image", image);
  const settings = readDream(options);
  const { layers, maxLoss = Number.POSITIVE_INFINITY } = settings;
  const runtime = settings.runtime ?? (await defaultRuntime());
  const original = toPlanes(image);
  const whole = sizeOfPlanes(original);
  const sizes = octaveSizes(whole, settings.octaves, settings.octaveScale);
  const mask = settings.mask === undefined ? undefined : maskPlanes(settings.mask, whole);
  const guide =
    settings.guide === undefined ? undefined : await guideFeatures(network, settings.guide, layers, runtime);
  const random = new Generator(settings.seed).split("dream");
  let added: Planes | undefined;
  for (const [octave, size] of sizes.entries()) {
    const current = await begin(original, added, size, runtime);
    const { grid, tiles } = await openTiles(network, size, settings, (tile) =>
      TileGradient.open(network, layers, tile, runtime, guide),
    );
    try {
      const allowed = mask === undefined ? undefined : (await resample(mask, size, runtime)).data;
      for (let step = 1; step <= settings.steps; step++) {
        const loss = await ascend(current, grid, tiles, random, { ...settings, mask: allowed });
        checkFinite(loss, layers);
        const ended = step === settings.steps || loss > maxLoss;
        const last = ended && octave === sizes.length - 1;
        const { steps } = settings;
        yield { octave, octaves: sizes.length, step, steps, loss, last, image: () => fromPlanes(current) };
        if (ended) break;
      }
    } finally {
      await tiles.dispose();
    }
    if (octave < sizes.length - 1) added = minus(current, await resample(original, size, runtime));
  }
}

/** The finished picture of {@link dream}. */
export async function dreamImage(
  network: ImageNetwork,
  image: Tensor,
  options: DreamOptions,
): Promise<Tensor<"float32">> {
  let result: Tensor<"float32"> | undefined;
  for await (const preview of dream(network, image, options)) if (preview.last) result = preview.image();
  return result as Tensor<"float32">;
}

/** The original at a size, with what was added to it before. */
async function begin(
  original: Planes,
  added: Planes | undefined,
  size: ImageSize,
  runtime: Runtime,
): Promise<Planes> {
  const image = await resample(original, size, runtime);
  if (added === undefined) return image;
  const { data } = await resample(added, size, runtime);
  for (let i = 0; i < data.length; i++) image.data[i] = (image.data[i] as number) + (data[i] as number);
  return image;
}

function minus(a: Planes, b: Planes): Planes {
  for (let i = 0; i < b.size; i++) b.data[i] = (a.data[i] as number) - (b.data[i] as number);
  return b;
}

function checkFinite(loss: number, layers: readonly DreamLayer[]): void {
  if (Number.isFinite(loss)) return;
  const names = layers.map(({ name }) => `"${name}"`).join(", ");
  throw new ImagoError(
    `dream: the activations of ${names} became ${loss}. Check the model's weights and preprocessing.`,
  );
}

function maskPlanes(mask: Tensor, { height, width }: ImageSize): Planes {
  if (mask.shape.length !== 2 || mask.shape[0] !== height || mask.shape[1] !== width) {
    throw new ImagoError(
      `dream: mask: expected [${height}, ${width}] as the image has, received ${formatShape(mask.shape)}`,
    );
  }
  const values = Float32Array.from(toNumbers(mask));
  const planes = Tensor.zeros([1, 3, height, width]);
  for (let channel = 0; channel < 3; channel++) planes.data.set(values, channel * values.length);
  return planes;
}
