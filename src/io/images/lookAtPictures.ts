import { ImagoError } from "../../engine/errors.js";
import { readFileChecked } from "../../engine/files/readFileChecked.js";
import { codec } from "./codec.js";
import { readImage } from "./readImage.js";

/** What some pictures are like. */
export interface PictureFacts {
  /** The median of their shorter sides, in pixels. */
  readonly side: number;
  /** Whether hardly any has colours. */
  readonly isGrey: boolean;
  /** How many could be read of those that were looked at. */
  readonly count: number;
}

/** Largest mean difference between the channels of a picture that counts as grey, 0 to 255: JPEG leaves some. */
const greyLevels = 2;
/** Pixels of the longer side at which colours are looked for. */
const glance = 48;

/**
 * Looks at some pictures, to choose how they are learnt. Those that cannot be read are passed over.
 *
 * @param paths of pictures, a sample
 * @returns `undefined` where none could be read
 */
export async function lookAtPictures(paths: readonly string[]): Promise<PictureFacts | undefined> {
  const sides: number[] = [];
  let grey = 0;
  for (const path of paths) {
    const seen = await lookAt(path);
    if (seen === undefined) continue;
    sides.push(seen.side);
    if (seen.isGrey) grey++;
  }
  const middle = sides.sort((a, b) => a - b)[Math.floor(sides.length / 2)];
  return middle === undefined
    ? undefined
    : { side: middle, isGrey: grey > 0.9 * sides.length, count: sides.length };
}

async function lookAt(
  path: string,
): Promise<{ readonly side: number; readonly isGrey: boolean } | undefined> {
  try {
    const bytes = await readFileChecked(path);
    const small = await readImage(bytes, { longerSide: glance, maxPixels: 200e6 });
    const { width, height, pageHeight } = await (await codec())(bytes, {
      limitInputPixels: false,
    }).metadata();
    return { side: Math.min(width, pageHeight ?? height), isGrey: isGrey(small.data) };
  } catch (error) {
    if (error instanceof ImagoError) return undefined;
    throw error;
  }
}

function isGrey(pixels: ArrayLike<number>): boolean {
  let difference = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = [pixels[at], pixels[at + 1], pixels[at + 2]] as [number, number, number];
    difference += Math.abs(red - green) + Math.abs(green - blue);
  }
  return difference / Math.max(1, pixels.length / 3) < greyLevels;
}
