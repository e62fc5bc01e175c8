import type sharp from "sharp";
import type { ResizeOptions, Sharp } from "sharp";
import { ImagoError } from "../../engine/errors.js";
import { codec } from "./codec.js";
import { damagedPicture, tooManyPixels } from "./damagedPicture.js";
import type { ImageFormat } from "./format.js";
import { knownFormat } from "./knownFormat.js";
import type { PictureSettings } from "./pictureFields.js";
import { pictureSize, type StoredSize } from "./pictureSize.js";

/** Up to so many times the pixels that are kept are decoded and then cropped here. */
const mostOverlap = 4;

interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * A picture made ready from its bytes, as `preparePicture` documents it. Every row is decoded, those too that a crop leaves out: of a
 * file that was cut in the middle nothing is taken.
 *
 * @param name what errors call it
 * @returns RGB, `height * width * 3` bytes, in an array that may be part of a larger buffer
 * @throws ImagoError naming the picture and why it cannot be read
 */
export async function decodePicture(
  name: string,
  bytes: Uint8Array,
  settings: PictureSettings,
): Promise<Uint8Array> {
  const format = knownFormat(name, bytes);
  const library = await codec();
  try {
    const size = pictureSize(bytes, format) ?? (await sizeByDecoder(library, bytes));
    checkPixels(name, size, settings.maxPixels);
    const open = opening(library, bytes, format, size.mayTurn, settings);
    return await decode(open, size, settings);
  } catch (cause) {
    throw cause instanceof ImagoError ? cause : damagedPicture(name, format, cause);
  }
}

async function sizeByDecoder(library: typeof sharp, bytes: Uint8Array): Promise<StoredSize> {
  const { width, height, pageHeight } = await library(bytes, { limitInputPixels: false }).metadata();
  return { width, height: pageHeight ?? height, mayTurn: true };
}

function checkPixels(name: string, { width, height }: StoredSize, maxPixels: number): void {
  if (width * height > maxPixels) throw tooManyPixels(name, width, height, maxPixels);
}

/** How a picture is opened: nothing is done to it that it does not need. */
function opening(
  library: typeof sharp,
  bytes: Uint8Array,
  format: ImageFormat,
  mayTurn: boolean,
  { background: [r, g, b], maxPixels }: PictureSettings,
): () => Sharp {
  return () => {
    const picture = library(bytes, { limitInputPixels: maxPixels, failOn: "warning" });
    const upright = mayTurn ? picture.autoOrient() : picture;
    // A JPEG has nothing transparent. Grey would be laid on a grey background.
    if (format === "jpeg") return upright;
    return upright.pipelineColourspace("srgb").flatten({ background: { r, g, b } });
  };
}

async function decode(
  open: () => Sharp,
  { width, height, mayTurn }: StoredSize,
  { size: [rows, columns], fit, background: [r, g, b] }: PictureSettings,
): Promise<Uint8Array> {
  const prepared = (options: ResizeOptions): Promise<Pixels> =>
    pixelsOf(open().resize({ width: columns, height: rows, ...options }));
  if (fit === "stretch") return (await prepared({ fit: "fill" })).data;
  if (fit === "contain") return (await prepared({ fit: "contain", background: { r, g, b } })).data;
  // Where columns alone are left out, all rows are decoded.
  if (!mayTurn && width * rows >= height * columns) return (await prepared({ fit: "cover" })).data;
  const aspect = (width / height) * (rows / columns);
  // Turned by a quarter, it may be the other way round.
  const turned = (height / width) * (rows / columns);
  if (Math.max(aspect, 1 / aspect, turned, 1 / turned) <= mostOverlap) {
    return centre(await prepared({ fit: "outside" }), rows, columns);
  }
  // So narrow that the whole of it would be many times larger; a decoder stops where the crop ends, so it is read twice.
  await open().resize({ width: 1, height: 1, fit: "fill" }).raw().toBuffer();
  return (await prepared({ fit: "cover" })).data;
}

async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`it has ${info.channels} channels`);
  return {
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
  };
}

/** The middle of a picture that is as large or larger, as sharp's own crop has it. */
function centre({ data, width, height }: Pixels, rows: number, columns: number): Uint8Array {
  if (width === columns && height === rows) return data;
  const top = Math.floor((height - rows + 1) / 2);
  const left = Math.floor((width - columns + 1) / 2);
  const cropped = new Uint8Array(rows * columns * 3);
  for (let row = 0; row < rows; row++) {
    const from = ((top + row) * width + left) * 3;
    cropped.set(data.subarray(from, from + columns * 3), row * columns * 3);
  }
  return cropped;
}
