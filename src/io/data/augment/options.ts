import {
  converting,
  type Field,
  type FieldsOf,
  number,
  oneOf,
  type ReadOf,
  refusal,
} from "../../../engine/options.js";

/** How training pictures are changed, each in its own way in each epoch. */
export interface AugmentOptions {
  /** Mirrors every second picture: `true` is `"horizontal"`. Default: false. */
  readonly flip?: boolean | "horizontal" | "vertical" | "both" | undefined;
  /** Largest shift in either direction, as a fraction of height and width, from 0 to 1. Default: 0. */
  readonly shift?: number | undefined;
  /**
   * Zooms by a random factor: 0.2 stands for `[0.8, 1.2]`; above 1 what is seen is larger. Factors from 0.1 to 10, evenly in their
   * logarithms. Default: 0.
   */
  readonly zoom?: number | readonly [least: number, most: number] | undefined;
  /** Largest turn in either direction, in degrees, from 0 to 180. Default: 0. */
  readonly rotation?: number | undefined;
  /** Multiplies brightness by a factor within so much of 1, from 0 to 1. Default: 0. */
  readonly brightness?: number | undefined;
  /** Multiplies the distance from the picture's mean by a factor within so much of 1, from 0 to 1. Default: 0. */
  readonly contrast?: number | undefined;
  /** Multiplies the distance from grey by a factor within so much of 1, from 0 to 1. Default: 0. */
  readonly saturation?: number | undefined;
}

const flips = {
  none: [false, false],
  horizontal: [true, false],
  vertical: [false, true],
  both: [true, true],
} as const;

const flipWords = oneOf(["horizontal", "vertical", "both"]);
const flipField: Field<readonly [across: boolean, down: boolean]> = {
  expected: 'true, false, "horizontal", "vertical" or "both"',
  read: (where, name, value = false) => {
    if (typeof value === "boolean") return value ? flips.horizontal : flips.none;
    if (typeof value !== "string") throw refusal(where, name, flipField.expected, value);
    return flips[flipWords.read(where, name, value)];
  },
};

const isFactor = (value: unknown): value is number =>
  typeof value === "number" && value >= 0.1 && value <= 10;

const zoomField = converting<readonly [number, number]>(
  "a number from 0 to 0.9, or [least, most] from 0.1 to 10",
  (value) => {
    if (typeof value === "number") return value >= 0 && value <= 0.9 ? [1 - value, 1 + value] : undefined;
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [least, most] = value as readonly unknown[];
    return isFactor(least) && isFactor(most) && least <= most ? [least, most] : undefined;
  },
  { fallback: 0 },
);

const share = number({ default: 0, min: 0, max: 1 });

export const augmentFields = {
  flip: flipField,
  shift: share,
  zoom: zoomField,
  rotation: number({ default: 0, min: 0, max: 180 }),
  brightness: share,
  contrast: share,
  saturation: share,
} satisfies FieldsOf<AugmentOptions>;

/** {@link AugmentOptions} in full, as threads are told of them. */
export type AugmentSettings = ReadOf<typeof augmentFields>;

/** Whether anything would be changed. */
export function changesAnything(settings: AugmentSettings): boolean {
  const { flip, shift, zoom, rotation, brightness, contrast, saturation } = settings;
  return (
    flip[0] ||
    flip[1] ||
    zoom[0] !== 1 ||
    zoom[1] !== 1 ||
    [shift, rotation, brightness, contrast, saturation].some((one) => one > 0)
  );
}
