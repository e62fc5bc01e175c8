import { accepting, converting, type Field, number, oneOf } from "../../engine/options.js";

/** How a picture of another shape fills its place. */
export type PictureFit = "cover" | "contain" | "stretch";

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** How pictures are made ready, in full. */
export interface PictureSettings {
  readonly size: readonly [height: number, width: number];
  readonly fit: PictureFit;
  readonly background: Colour;
  readonly maxPixels: number;
}

/** Pixels that a side may have. */
export const longestSide = 8192;

const isSide = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= longestSide;

/** Height and width in pixels, or one number for both. */
export function sizeField(fallback?: number): Field<readonly [number, number]> {
  const convert = (value: unknown): readonly [number, number] | undefined => {
    if (isSide(value)) return [value, value];
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [height, width] = value as readonly unknown[];
    return isSide(height) && isSide(width) ? [height, width] : undefined;
  };
  return converting(`a whole number from 1 to ${longestSide}, or [height, width] of such`, convert, {
    fallback,
    form: { kind: "number", whole: true },
    unit: "px",
    help: "height and width of each picture",
  });
}

const isColour = (value: unknown): value is Colour =>
  Array.isArray(value) && value.length === 3 && value.every((one) => one >= 0 && one <= 255);

/** How the options are read that say how pictures are made ready. */
export const pictureFields = {
  fit: oneOf(["cover", "contain", "stretch"], "cover", {
    help: "cover crops to the centre, contain adds a border, stretch distorts",
  }),
  background: accepting("three numbers from 0 to 255", isColour, { fallback: [255, 255, 255] }),
  maxPixels: number({
    default: 200e6,
    min: 1,
    max: 2 ** 31,
    integer: true,
    help: "largest picture that is read",
  }),
} as const;
