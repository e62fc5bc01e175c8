import { ImagoError } from "../../engine/errors.js";
import {
  abortSignal,
  type FieldsOf,
  having,
  list,
  number,
  optional,
  type ReadOf,
  readOptions,
  record,
  seed,
  text,
} from "../../engine/options.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { DreamLayer } from "./objective.js";
import { wideEnough } from "./tiles.js";

export interface DreamOptions {
  /** The activations to make strong. */
  readonly layers: readonly DreamLayer[];
  /** Sizes at which the image is worked on, the smallest first: 1 to 30. Default: 4. */
  readonly octaves?: number | undefined;
  /** From one size to the next, above 1 and up to 10. Default: 1.4. */
  readonly octaveScale?: number | undefined;
  /** Steps of gradient ascent at each size, 1 to 1000000. Default: 20. */
  readonly steps?: number | undefined;
  /** How far the mean pixel moves in a step, above 0 and up to 255. Default: 0.8. */
  readonly stepSize?: number | undefined;
  /** A size is left early when the loss exceeds this, -1e30 to 1e30. Default: never. */
  readonly maxLoss?: number | undefined;
  /** Largest random shift in pixels, 0 to 1024. Default: 16. */
  readonly jitter?: number | undefined;
  /** Standard deviation in pixels of the blur of the gradient, 0 to 100. Default: 0, none. */
  readonly smoothing?: number | undefined;
  /** Largest side of what the network sees at once, in pixels, 128 to 16384; bounds the memory. Default: 512. */
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

const layerFields = {
  name: text(),
  weight: optional(number()),
  channel: optional(number({ min: 0, integer: true })),
} satisfies FieldsOf<DreamLayer>;

/** How {@link DreamOptions} are read; command lines make their flags of these. */
export const dreamFields = {
  layers: list(record(layerFields), "an array of layers"),
  octaves: number({ default: 4, min: 1, max: 30, integer: true, help: "sizes to work at" }),
  octaveScale: number({ default: 1.4, above: 1, max: 10, help: "from one size to the next" }),
  steps: number({ default: 20, min: 1, max: 1_000_000, integer: true, help: "steps at each size" }),
  stepSize: number({
    default: 0.8,
    above: 0,
    max: 255,
    help: "how far the mean pixel moves in a step, of 255",
  }),
  maxLoss: optional(number({ min: -1e30, max: 1e30, help: "leave a size when the loss exceeds this" })),
  jitter: number({
    default: 16,
    min: 0,
    max: 1024,
    integer: true,
    help: "largest random shift",
    unit: "px",
  }),
  smoothing: number({ default: 0, min: 0, max: 100, help: "blur of the gradient", unit: "px" }),
  tileSize: number({
    default: 512,
    min: wideEnough,
    max: 16_384,
    integer: true,
    help: "largest side of what the network sees at once",
    unit: "px",
  }),
  guide: optional(having<Tensor>("a Tensor", "shape", "data")),
  mask: optional(having<Tensor>("a Tensor", "shape", "data")),
  seed: seed("the same seed gives the same picture"),
  runtime: optional(having<Runtime>("a Runtime", "compile")),
  signal: abortSignal,
} satisfies FieldsOf<DreamOptions>;

/** {@link DreamOptions} in full. */
export type DreamSettings = ReadOf<typeof dreamFields>;

/** @throws ImagoError on unknown options and on values that make no sense, naming them */
export function readDream(options: DreamOptions): DreamSettings {
  const settings = readOptions("dream", options, dreamFields);
  if (settings.layers.length > 0) return settings;
  throw new ImagoError("dream: layers is empty; name at least one activation.");
}
