import type { Metadata } from "sharp";
import { bytes as given } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { readFileChecked } from "../../engine/files/readFileChecked.js";
import {
  accepting,
  type FieldsOf,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  refusal,
  unchecked,
} from "../../engine/options.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { codec } from "./codec.js";
import { damagedPicture, tooManyPixels } from "./damagedPicture.js";
import { knownFormat } from "./knownFormat.js";

export interface ReadImageOptions {
  /** Larger images are refused before they are decoded. Default: 64 million. */
  readonly maxPixels?: number | undefined;
  /** `"over"` lays transparent images on the background; `"keep"` gives a fourth channel. Default: `"over"`. */
  readonly alpha?: "over" | "keep" | undefined;
  /** What transparent images are laid on: red, green, blue from 0 to 255. Default: white. */
  readonly background?: readonly [number, number, number] | undefined;
  /**
   * Resizes so that the longer side has so many pixels, whether it had more or fewer (Lanczos 3). Default: the
   * image's own size.
   */
  readonly longerSide?: number | undefined;
  /**
   * Resizes and crops to the centre, so that the image fills height and width. Default: no crop.
   */
  readonly cover?: readonly [height: number, width: number] | undefined;
}

const where = "readImage";

const isColour = (value: unknown): value is readonly [number, number, number] =>
  Array.isArray(value) && value.length === 3 && value.every((one) => one >= 0 && one <= 255);

const fields = {
  maxPixels: number({ default: 64e6, min: 1 }),
  alpha: oneOf(["over", "keep"], "over"),
  background: accepting("three numbers from 0 to 255", isColour, { fallback: [255, 255, 255] }),
  // Checked together with maxPixels.
  longerSide: optional(unchecked<number>("a whole number of pixels")),
  cover: optional(unchecked<readonly [number, number]>("[height, width]")),
} satisfies FieldsOf<ReadImageOptions>;

type Settings = ReadOf<typeof fields>;

/** What an image file holds before the pixels are decoded. */
interface Header {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** More than 8 bits a channel. */
  readonly deep: boolean;
  readonly hasAlpha: boolean;
}

/**
 * Reads a JPEG, PNG, WebP, AVIF, TIFF or GIF file, told by its contents and not by its name.
 *
 * Turned as its EXIF orientation says; converted to sRGB from its colour profile, from CMYK and from grey; 16-bit
 * images keep their precision. Of an animation, or a file of several pages, it is the first picture.
 *
 * @param source a path, or a file's bytes
 * @returns RGB from 0 to 255, float32 `[height, width, 3]`; with `alpha: "keep"` always four channels, of which
 *   the last is 255 where the image is opaque
 * @throws ImagoError on unknown options and values outside their range; when the file cannot be read, is none of these formats, is truncated or damaged, or has more
 *   pixels than `maxPixels`
 */
export async function readImage(
  source: string | Uint8Array,
  options: ReadImageOptions = {},
): Promise<Tensor<"float32">> {
  const settings = readOptions(where, options, fields);
  if (typeof source !== "string") given.read(where, "source", source);
  const name = typeof source === "string" ? source : "the image";
  const bytes = typeof source === "string" ? await readFileChecked(source) : source;
  const header = await readHeader(name, bytes, settings.maxPixels);
  const { data, info } = await decode(name, bytes, header, settings);
  const scale = header.deep ? 1 / 257 : 1;
  const samples = header.deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  const shape = [info.height, info.width];
  if (settings.alpha === "keep") return scaled(samples, [...shape, 4], scale);
  if (!header.hasAlpha) return scaled(samples, [...shape, 3], scale);
  return layOver(samples, shape, scale, settings.background);
}

async function readHeader(name: string, bytes: Uint8Array, maxPixels: number): Promise<Header> {
  const format = knownFormat(name, bytes);
  const sharp = await codec();
  let metadata: Metadata;
  try {
    // The limit is applied below, where it can be explained.
    metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw damagedPicture(name, format, cause);
  }
  const { width, pageHeight, height, depth, hasAlpha } = metadata;
  const rows = pageHeight ?? height;
  if (width * rows > maxPixels) throw tooManyPixels(name, width, rows, maxPixels);
  return { format, width, height: rows, deep: depth !== "uchar" && depth !== "char", hasAlpha };
}

async function decode(
  name: string,
  bytes: Uint8Array,
  { format, width, height, deep }: Header,
  { alpha, longerSide, cover, maxPixels }: Settings,
): Promise<{ data: Buffer; info: { width: number; height: number } }> {
  const sharp = await codec();
  const sides = sizesFrom(longerSide, cover, maxPixels);
  try {
    const limit = Math.max(1, width * height);
    let image = sharp(bytes, { limitInputPixels: limit, failOn: "warning" }).autoOrient();
    if (longerSide !== undefined)
      image = image.resize({ width: longerSide, height: longerSide, fit: "inside" });
    if (sides !== undefined) image = image.resize({ ...sides, fit: "cover" });
    if (alpha === "keep") image = image.ensureAlpha();
    image = image.toColourspace(deep ? "rgb16" : "srgb").raw({ depth: deep ? "ushort" : "uchar" });
    return await image.toBuffer({ resolveWithObject: true });
  } catch (cause) {
    throw damagedPicture(name, format, cause);
  }
}

function sizesFrom(
  longerSide: number | undefined,
  cover: Settings["cover"],
  maxPixels: number,
): { height: number; width: number } | undefined {
  if (longerSide !== undefined && cover !== undefined) {
    throw new ImagoError(`${where}: give longerSide or cover, not both.`);
  }
  if (cover !== undefined && (!Array.isArray(cover) || cover.length !== 2))
    throw refusal(where, "cover", "[height, width]", cover);
  const sides = cover ?? (longerSide === undefined ? [] : [longerSide, 1]);
  const valid = sides.every((side) => Number.isSafeInteger(side) && side > 0);
  if (!valid || (sides[0] ?? 0) * (sides[1] ?? 0) > maxPixels) {
    const option = cover === undefined ? "longerSide" : "cover";
    throw new ImagoError(
      `${where}: ${option} must be whole numbers of pixels, at most ${maxPixels} in all, received ` +
        `${JSON.stringify(cover ?? longerSide)}.`,
    );
  }
  return cover === undefined ? undefined : { height: cover[0], width: cover[1] };
}

function scaled(samples: ArrayLike<number>, shape: readonly number[], scale: number): Tensor<"float32"> {
  const result = Tensor.zeros(shape);
  // Not Float32Array.from, which is thirty times as slow.
  for (let at = 0; at < samples.length; at++) result.data[at] = (samples[at] as number) * scale;
  return result;
}

/** Composites four channels on a colour. */
function layOver(
  samples: ArrayLike<number>,
  shape: readonly number[],
  scale: number,
  background: readonly [number, number, number],
): Tensor<"float32"> {
  const result = Tensor.zeros([...shape, 3]);
  const pixels = samples.length / 4;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const opacity = ((samples[pixel * 4 + 3] as number) * scale) / 255;
    for (let channel = 0; channel < 3; channel++) {
      const colour = (samples[pixel * 4 + channel] as number) * scale;
      const behind = background[channel] as number;
      result.data[pixel * 3 + channel] = behind + (colour - behind) * opacity;
    }
  }
  return result;
}
