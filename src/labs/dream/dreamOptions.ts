import { checkOptions, ImagoError } from "../../engine/errors.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
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
  /** Largest side of what the network sees at once, in pixels; bounds the memory. At least 128. Default: 512. */
  readonly tileSize?: number | undefined;
  /**
   * An image `[height, width, 3]` from 0 to 255 whose features the dream takes on: each position grows towards the
   * features of the guide that match it best, instead of making strong whatever is there. Default: none.
   */
  readonly guide?: Tensor | undefined;
  /** Where the image may change: `[height, width]` from 0 to 1. Default: everywhere. */
  readonly mask?: Tensor | undefined;
  /** The same seed gives the same picture. Default: 0. */
  readonly seed?: number | undefined;
  readonly runtime?: Runtime | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The names of {@link DreamOptions}. */
export const dreamOptionNames = [
  "layers",
  "octaves",
  "octaveScale",
  "steps",
  "stepSize",
  "maxLoss",
  "jitter",
  "smoothing",
  "tileSize",
  "guide",
  "mask",
  "seed",
  "runtime",
  "signal",
] as const;

/** Figures of a dream in full. */
export interface DreamSettings {
  readonly octaves: number;
  readonly octaveScale: number;
  readonly steps: number;
  readonly stepSize: number;
  readonly maxLoss: number;
  readonly jitter: number;
  readonly smoothing: number;
  readonly tileSize: number;
}

/** @throws ImagoError on unknown options and on figures that make no sense, naming them */
export function checkDream(options: DreamOptions): DreamSettings {
  checkOptions("dream", options, dreamOptionNames);
  const { octaves = 4, octaveScale = 1.4, steps = 20, stepSize = 0.8 } = options;
  const { maxLoss = Number.POSITIVE_INFINITY, jitter = 16, smoothing = 0, tileSize = 512 } = options;
  checkWhole({ octaves: [octaves, 1], steps: [steps, 1], jitter: [jitter, 0], tileSize: [tileSize, 128] });
  if (!(octaveScale > 1)) throw new ImagoError(`dream: octaveScale must be above 1, received ${octaveScale}`);
  if (!(stepSize > 0)) throw new ImagoError(`dream: stepSize must be above 0, received ${stepSize}`);
  if (!(smoothing >= 0)) throw new ImagoError(`dream: smoothing must be 0 or more, received ${smoothing}`);
  if (options.layers.length === 0)
    throw new ImagoError("dream: layers is empty; name at least one activation");
  return { octaves, octaveScale, steps, stepSize, maxLoss, jitter, smoothing, tileSize };
}

function checkWhole(numbers: Readonly<Record<string, readonly [value: number, least: number]>>): void {
  for (const [name, [value, least]] of Object.entries(numbers)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new ImagoError(`dream: ${name} must be a whole number from ${least}, received ${value}`);
  }
}
