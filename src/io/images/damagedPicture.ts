import { ImagoError, messageOf } from "../../engine/errors.js";

/** The error for a picture that a decoder refuses, whose messages run over many lines and repeat themselves. */
export function damagedPicture(name: string, format: string, cause: unknown): ImagoError {
  const last = messageOf(cause).trim().split("\n").at(-1)?.trim() ?? "";
  return new ImagoError(
    `Cannot read ${name}: the ${format.toUpperCase()} is truncated or damaged (${last}).`,
    { cause },
  );
}

const millions = (pixels: number): string => `${Number((pixels / 1e6).toPrecision(3))} million`;

/** The error for a picture of more pixels than are read, which is refused before it is decoded. */
export function tooManyPixels(name: string, width: number, height: number, maxPixels: number): ImagoError {
  return new ImagoError(
    `Cannot read ${name}: it has ${width} × ${height} pixels (${millions(width * height)}), ` +
      `and at most ${millions(maxPixels)} are read.`,
    { help: "Make it smaller first." },
  );
}
