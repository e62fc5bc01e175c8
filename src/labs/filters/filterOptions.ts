import {
  abortSignal,
  type FieldsOf,
  having,
  number,
  numbers,
  optional,
  type ReadOf,
  seed,
  text,
} from "../../engine/options.js";
import type { Runtime } from "../../engine/runtime/runtime.js";

export interface FilterOptions {
  /** The activation's name in the model: of a layer, or of class scores before a softmax. */
  readonly layer: string;
  /** Channels, or classes, counted from 0. Default: the first 16. */
  readonly channels?: readonly number[] | undefined;
  /** Side of the pictures in pixels, 32 to 2048. Default: 128. */
  readonly size?: number | undefined;
  /** Steps of Adam for each picture, from 1. Default: 150. */
  readonly steps?: number | undefined;
  /** Rate of Adam, above 0 and up to 100. Default: 0.05. */
  readonly learningRate?: number | undefined;
  /** Largest random shift in pixels, 0 to 1024. Default: 8. */
  readonly shift?: number | undefined;
  /** Largest random change of scale, from 0 to below 1. Default: 0.1. */
  readonly scale?: number | undefined;
  /** Largest random rotation in degrees, to either side, 0 to 180. Default: 5. */
  readonly rotate?: number | undefined;
  /** The same seed gives the same pictures. Default: 0. */
  readonly seed?: number | undefined;
  readonly runtime?: Runtime | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How {@link FilterOptions} are read; command lines make their flags of these. */
export const filterFields = {
  layer: text(undefined, {
    help: "whose channels; for classes, their scores before a softmax",
    unit: "name",
  }),
  channels: optional(numbers({ min: 0, integer: true })),
  size: number({
    default: 128,
    min: 32,
    max: 2048,
    integer: true,
    help: "side of each picture",
    unit: "px",
  }),
  steps: number({ default: 150, min: 1, max: 1_000_000, integer: true, help: "steps for each picture" }),
  learningRate: number({ default: 0.05, above: 0, max: 100 }),
  shift: number({ default: 8, min: 0, max: 1024, unit: "px" }),
  scale: number({ default: 0.1, min: 0, below: 1 }),
  rotate: number({
    default: 5,
    min: 0,
    max: 180,
    help: "largest random rotation while they form",
    unit: "degrees",
  }),
  seed: seed("the same seed gives the same pictures"),
  runtime: optional(having<Runtime>("a Runtime", "compile")),
  signal: abortSignal,
} satisfies FieldsOf<FilterOptions>;

/** {@link FilterOptions} in full. */
export type FilterSettings = ReadOf<typeof filterFields>;
