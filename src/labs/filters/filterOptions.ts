import { checkOptions, ImagoError } from "../../engine/errors.js";
import type { Runtime } from "../../engine/runtime/runtime.js";

export interface FilterOptions {
  /** The activation's name in the model: of a layer, or of class scores before a softmax. */
  readonly layer: string;
  /** Channels, or classes, counted from 0. Default: the first 16. */
  readonly channels?: readonly number[] | undefined;
  /** Side of the pictures in pixels, at least 32. Default: 128. */
  readonly size?: number | undefined;
  /** Steps of Adam for each picture. Default: 150. */
  readonly steps?: number | undefined;
  /** Rate of Adam. Default: 0.05. */
  readonly learningRate?: number | undefined;
  /** Largest random shift in pixels. Default: 8. */
  readonly shift?: number | undefined;
  /** Largest random change of scale. Default: 0.1. */
  readonly scale?: number | undefined;
  /** Largest random rotation in degrees, to either side. Default: 5. */
  readonly rotate?: number | undefined;
  /** The same seed gives the same pictures. Default: 0. */
  readonly seed?: number | undefined;
  readonly runtime?: Runtime | undefined;
  readonly signal?: AbortSignal | undefined;
}

const optionNames = [
  "layer",
  "channels",
  "size",
  "steps",
  "learningRate",
  "shift",
  "scale",
  "rotate",
  "seed",
  "runtime",
  "signal",
];

/** Figures in full. */
export interface FilterSettings {
  readonly size: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly shift: number;
  readonly scale: number;
  readonly rotate: number;
  readonly seed: number;
}

/** @throws ImagoError on unknown options and on figures that make no sense, naming them */
export function checkFilters(options: FilterOptions): FilterSettings {
  checkOptions("filters", options, optionNames);
  const { size = 128, steps = 150, learningRate = 0.05, shift = 8, scale = 0.1, seed = 0 } = options;
  const { rotate = 5 } = options;
  for (const [name, value, least] of [
    ["size", size, 32],
    ["steps", steps, 1],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new ImagoError(`filters: ${name} must be a whole number from ${least}, received ${value}`);
  }
  if (!(learningRate > 0))
    throw new ImagoError(`filters: learningRate must be above 0, received ${learningRate}`);
  if (!(shift >= 0)) throw new ImagoError(`filters: shift must be 0 or more, received ${shift}`);
  if (!(scale >= 0 && scale < 1))
    throw new ImagoError(`filters: scale must be from 0 to below 1, received ${scale}`);
  if (!(rotate >= 0 && rotate <= 180))
    throw new ImagoError(`filters: rotate must be from 0 to 180 degrees, received ${rotate}`);
  return { size, steps, learningRate, shift, scale, rotate, seed };
}
