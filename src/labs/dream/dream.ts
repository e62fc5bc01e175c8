import { checkOptions, ImagoError } from "../../engine/errors.js";
import { Generator } from "../../engine/random/generator.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { ImageNetwork } from "../vision/imageNetwork.js";
import { fromPlanes, type ImageSize, type Planes, sizeOfPlanes, toPlanes } from "../vision/pixels.js";
import { resample } from "../vision/resample.js";
import { ascend, TileGradient } from "./ascent.js";
import type { DreamLayer } from "./objective.js";

export interface DreamOptions {
  /** The activations to make strong. */
  readonly layers: readonly DreamLayer[];
  /** Sizes at which the image is worked on, the smallest first. Default: 4. */
  readonly octaves?: number | undefined;
  /** From one size to the next. Default: 1.4. */
  readonly octaveScale?: number | undefined;
  /** Steps of gradient ascent at each size. Default: 20. */
  readonly steps?: number | undefined;
  /** How far the mean pixel moves in a step, of 255. Default: 0.8. */
  readonly stepSize?: number | undefined;
  /** A size is left early when the loss exceeds this. Default: never. */
  readonly maxLoss?: number | undefined;
  /** Largest random shift in pixels. Default: 16. */
  readonly jitter?: number | undefined;
  /** Standard deviation in pixels of the blur of the gradient. Default: 0, none. */
  readonly smoothing?: number | undefined;
  /** Largest side of what the network sees at once, in pixels; bounds the memory. Default: 512. */
  readonly tileSize?: number | undefined;
  /** Where the image may change: `[height, width]` from 0 to 1. Default: everywhere. */
  readonly mask?: Tensor | undefined;
  /** Default: 0. */
  readonly seed?: number | undefined;
  readonly runtime?: Runtime | undefined;
  readonly signal?: AbortSignal | undefined;
}

const optionNames = [
  "layers",
  "octaves",
  "octaveScale",
  "steps",
  "stepSize",
  "maxLoss",
  "jitter",
  "smoothing",
  "tileSize",
  "mask",
  "seed",
  "runtime",
  "signal",
] as const;

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

/** Smallest side at which an octave still says something to a network. */
const smallestSide = 64;

/** The sizes that are worked on, the smallest first; those too small for a network are left out. */
export function octaveSizes({ height, width }: ImageSize, octaves: number, scale: number): ImageSize[] {
  const sizes = Array.from({ length: octaves }, (_, index) => {
    const factor = scale ** (index - octaves + 1);
    return { height: Math.round(height * factor), width: Math.round(width * factor) };
  });
  const useful = sizes.filter((size) => Math.min(size.height, size.width) >= smallestSide);
  return useful.length === 0 ? sizes.slice(-1) : useful;
}

/**
 * DeepDream: gradient ascent on an image so that whole layers of a network answer strongly, at several sizes
 * from small to large. What the dream added at one size is enlarged and put onto the original at the next, so
 * no detail of the original is lost. (Mordvintsev, Olah and Tyka, "Inceptionism", 2015.)
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
  const settings = checkDream(options);
  const runtime = options.runtime ?? (await defaultRuntime());
  const original = toPlanes(image);
  const sizes = octaveSizes(sizeOfPlanes(original), settings.octaves, settings.octaveScale);
  const mask = options.mask === undefined ? undefined : maskPlanes(options.mask, sizeOfPlanes(original));
  const random = new Generator(options.seed ?? 0).split("dream");
  let added: Planes | undefined;
  for (const [octave, size] of sizes.entries()) {
    const base = await resample(original, size, runtime);
    const current = added === undefined ? base.clone() : plus(base, await resample(added, size, runtime));
    const tiles = await TileGradient.open(network, options.layers, tileOf(size, settings.tileSize), runtime);
    try {
      const allowed = mask === undefined ? undefined : (await resample(mask, size, runtime)).data;
      for (let step = 1; step <= settings.steps; step++) {
        options.signal?.throwIfAborted();
        const loss = await ascend(current, tiles, random, { ...settings, mask: allowed });
        checkFinite(loss, options.layers);
        const ended = step === settings.steps || loss > settings.maxLoss;
        const last = ended && octave === sizes.length - 1;
        const { steps } = settings;
        yield { octave, octaves: sizes.length, step, steps, loss, last, image: () => fromPlanes(current) };
        if (ended) break;
      }
    } finally {
      await tiles.dispose();
    }
    added = minus(current, base);
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

interface DreamSettings {
  readonly octaves: number;
  readonly octaveScale: number;
  readonly steps: number;
  readonly stepSize: number;
  readonly maxLoss: number;
  readonly jitter: number;
  readonly smoothing: number;
  readonly tileSize: number;
}

function checkDream(options: DreamOptions): DreamSettings {
  checkOptions("dream", options, optionNames);
  const { octaves = 4, octaveScale = 1.4, steps = 20, stepSize = 0.8 } = options;
  const { maxLoss = Number.POSITIVE_INFINITY, jitter = 16, smoothing = 0, tileSize = 512 } = options;
  const whole = {
    octaves: [octaves, 1],
    steps: [steps, 1],
    jitter: [jitter, 0],
    tileSize: [tileSize, smallestSide],
  } as const;
  for (const [name, [value, least]] of Object.entries(whole)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new ImagoError(`dream: ${name} must be a whole number from ${least}, received ${value}`);
  }
  if (!(octaveScale > 1)) throw new ImagoError(`dream: octaveScale must be above 1, received ${octaveScale}`);
  if (!(stepSize > 0)) throw new ImagoError(`dream: stepSize must be above 0, received ${stepSize}`);
  if (!(smoothing >= 0)) throw new ImagoError(`dream: smoothing must be 0 or more, received ${smoothing}`);
  if (options.layers.length === 0)
    throw new ImagoError("dream: layers is empty; name at least one activation");
  return { octaves, octaveScale, steps, stepSize, maxLoss, jitter, smoothing, tileSize };
}

function checkFinite(loss: number, layers: readonly DreamLayer[]): void {
  if (Number.isFinite(loss)) return;
  const names = layers.map(({ name }) => `"${name}"`).join(", ");
  throw new ImagoError(
    `dream: the activations of ${names} became ${loss}. Check the model's weights and preprocessing.`,
  );
}

function tileOf({ height, width }: ImageSize, limit: number): ImageSize {
  return { height: Math.min(height, limit), width: Math.min(width, limit) };
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

function plus(a: Planes, b: Planes): Planes {
  return combine(a, b, (x, y) => x + y);
}

function minus(a: Planes, b: Planes): Planes {
  return combine(a, b, (x, y) => x - y);
}

function combine(a: Planes, b: Planes, by: (x: number, y: number) => number): Planes {
  const data = new Float32Array(a.size);
  for (let i = 0; i < data.length; i++) data[i] = by(a.data[i] as number, b.data[i] as number);
  return new Tensor("float32", a.shape, data);
}
