import type { Sharp } from "sharp";
import { ImagoError } from "../../engine/errors.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { type FieldsOf, number, oneOf, optional, readOptions } from "../../engine/options.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { codec } from "./codec.js";
import { formatOfPath, type ImageFormat, imageFormats } from "./format.js";
import { samplesOf } from "./samples.js";

export interface WriteImageOptions {
  /** 1 to 100, for JPEG, WebP and AVIF; the other formats lose nothing. Default: 92, for AVIF 70. */
  readonly quality?: number | undefined;
}

/** How {@link WriteImageOptions} are read. */
export const writeImageFields = {
  quality: optional(number({ min: 1, max: 100, integer: true })),
} satisfies FieldsOf<WriteImageOptions>;

/**
 * An image as a file's bytes, in sRGB without metadata.
 *
 * @param image values from 0 to 255, rounded and clipped: `[height, width, channels]` with 1 (grey), 3 (RGB) or 4
 *   channels (RGB and opacity; on white in a JPEG)
 * @throws ImagoError on unknown options and values outside their range, on another shape, on NaN or infinity, naming the pixel, and on a size that the format cannot hold
 */
export async function encodeImage(
  image: Tensor,
  format: ImageFormat,
  options: WriteImageOptions = {},
): Promise<Uint8Array> {
  const { quality = format === "avif" ? 70 : 92 } = readOptions("writeImage", options, writeImageFields);
  oneOf(imageFormats).read("encodeImage", "format", format);
  const { raw, samples } = samplesOf(image);
  const sharp = await codec();
  try {
    return await encoder(sharp(samples, { raw, limitInputPixels: false }), format, quality).toBuffer();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new ImagoError(
      `writeImage: ${raw.width} × ${raw.height} pixels cannot be ${format} (${message}).`,
      {
        cause,
      },
    );
  }
}

/**
 * Writes an image file, whole or not at all. The format is that of the path's extension.
 *
 * @param image as for {@link encodeImage}
 * @throws ImagoError as {@link encodeImage}, on an unknown extension, and when the file cannot be written
 */
export async function writeImage(
  path: string,
  image: Tensor,
  options: WriteImageOptions = {},
): Promise<void> {
  const format = formatOfPath(path);
  await atomicWrite(path, await encodeImage(image, format, options));
}

function encoder(image: Sharp, format: ImageFormat, quality: number): Sharp {
  switch (format) {
    case "jpeg":
      // Colour at full resolution: at half of it, the fine coloured strokes of such pictures bleed.
      return image.flatten({ background: "white" }).jpeg({ quality, chromaSubsampling: "4:4:4" });
    case "webp":
      return image.webp({ quality });
    case "avif":
      return image.avif({ quality });
    case "tiff":
      return image.tiff({ compression: "deflate" });
    case "gif":
      return image.gif();
    case "png":
      return image.png();
  }
}
