import { heicBrands, textOf } from "./format.js";

/**
 * What a file of pictures is that is not read, by its first bytes: "a HEIC image"; `undefined` where they show none that is known.
 */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  const text = textOf(bytes);
  if (text(4, 8) === "ftyp" && heicBrands.test(text(8, 40))) return "a HEIC image";
  if (text(0, 2) === "BM") return "a BMP image";
  if (text(0, 2) === "\xff\x0a" || text(4, 8) === "JXL ") return "a JPEG XL image";
  if (text(4, 8) === "jP  ") return "a JPEG 2000 image";
  if (text(0, 4) === "8BPS") return "a PSD image";
  if (text(0, 4) === "\0\0\x01\0") return "an ICO image";
  if (text(0, 5) === "%PDF-") return "a PDF document";
  const start = text(0, 1000);
  return /^\s*</.test(start) && start.includes("<svg") ? "an SVG drawing" : undefined;
}
