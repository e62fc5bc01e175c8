import { bytes as given } from "../../engine/arguments.js";
import { readFileChecked } from "../../engine/files/readFileChecked.js";
import { type FieldsOf, readOptions } from "../../engine/options.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { decodePicture } from "./decodePicture.js";
import { type Colour, type PictureFit, pictureFields, sizeField } from "./pictureFields.js";

export interface PreparePictureOptions {
  /** Height and width in pixels, or one number for both: from 1 to 8192. */
  readonly size: number | readonly [height: number, width: number];
  /**
   * How a picture of another shape fills its place: `"cover"` crops to the centre, `"contain"` adds a border of the background,
   * `"stretch"` distorts. Default: `"cover"`.
   */
  readonly fit?: PictureFit | undefined;
  /** What transparent pictures are laid on, and what stands beside those of `"contain"`: 0 to 255. Default: white. */
  readonly background?: Colour | undefined;
  /** Larger pictures are refused before they are decoded. Default: 200 million. */
  readonly maxPixels?: number | undefined;
}

const fields = { size: sizeField(), ...pictureFields } satisfies FieldsOf<PreparePictureOptions>;

/**
 * Reads a picture as a network takes it: JPEG, PNG, WebP, AVIF, TIFF or GIF, told by its contents; turned as its EXIF orientation
 * says; converted to sRGB with 8 bits a channel; of several frames or pages the first; laid on the background where it is
 * transparent; resized (Lanczos 3; enlarged bicubically) while it is decoded, and not resampled at all where it has the right size.
 *
 * It is the one function that makes pictures ready, for training, for validation and for use.
 *
 * @param source a path, or a file's bytes
 * @returns RGB from 0 to 255, uint8 `[height, width, 3]`
 * @throws ImagoError on unknown options and values outside their range; when the file cannot be read, is none of these formats, is
 *   truncated or damaged anywhere, or has more pixels than `maxPixels`
 */
export async function preparePicture(
  source: string | Uint8Array,
  options: PreparePictureOptions,
): Promise<Tensor<"uint8">> {
  const settings = readOptions("preparePicture", options, fields);
  if (typeof source !== "string") given.read("preparePicture", "source", source);
  const name = typeof source === "string" ? source : "the image";
  const bytes = typeof source === "string" ? await readFileChecked(source) : source;
  const data = await decodePicture(name, bytes, settings);
  return new Tensor("uint8", [...settings.size, 3], data);
}
