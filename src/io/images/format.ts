import { ImagoError } from "../../engine/errors.js";

/** The formats that images are read and written in. */
export const imageFormats = ["jpeg", "png", "webp", "avif", "tiff", "gif"] as const;
export type ImageFormat = (typeof imageFormats)[number];

const formatOfExtension: Readonly<Record<string, ImageFormat>> = {
  jpg: "jpeg",
  jpeg: "jpeg",
  png: "png",
  webp: "webp",
  avif: "avif",
  tif: "tiff",
  tiff: "tiff",
  gif: "gif",
};

/**
 * The format that a file's name stands for.
 *
 * @throws ImagoError when it is none of them
 */
export function formatOfPath(path: string): ImageFormat {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(formatOfExtension, extension) ? formatOfExtension[extension] : undefined;
  if (format !== undefined) return format;
  const had =
    extension === "" ? "it has no extension" : `the extension ".${extension}" is of no image format`;
  throw new ImagoError(`Cannot write ${path}: ${had}.`, {
    help: `Use one of: ${Object.keys(formatOfExtension)
      .map((one) => `.${one}`)
      .join(", ")}.`,
  });
}

/**
 * The format that a file's first bytes show, whatever its name; `undefined` for none of them. Only what is one of
 * these is given to a decoder: SVG, for example, could make it read other files.
 */
export function formatOfBytes(bytes: Uint8Array): ImageFormat | undefined {
  const text = textOf(bytes);
  if (text(0, 3) === "\xff\xd8\xff") return "jpeg";
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "webp";
  if (["GIF87a", "GIF89a"].includes(text(0, 6))) return "gif";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(text(0, 4))) return "tiff";
  if (text(4, 8) === "ftyp" && isAvif(text(8, 40))) return "avif";
  return undefined;
}

/** Parts of a file, each byte a character. */
export const textOf =
  (bytes: Uint8Array) =>
  (from: number, to: number): string =>
    String.fromCharCode(...bytes.subarray(from, to));

/** Those of the High Efficiency Image Format with HEVC inside, as phones write it. */
export const heicBrands = /he(ic|ix|vc|vx|im|is|vm|vs)/;

/** By the brands of its container, of which HEIC has some too. */
const isAvif = (brands: string): boolean =>
  /avi[fs]/.test(brands) || (/mif1|msf1/.test(brands) && !heicBrands.test(brands));
