import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { ImagoError } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { reading } from "../../../engine/files/readFileChecked.js";
import type { PicturesFrom } from "../threads/jobs.js";

/** The file that is open in this thread: of a cache there is one. */
let opened: { readonly file: string; readonly handle: number } | undefined;

function handleOf(file: string): number {
  if (opened?.file === file) return opened.handle;
  if (opened !== undefined) closeSync(opened.handle);
  opened = undefined;
  opened = { file, handle: openSync(file, reading) };
  return opened.handle;
}

/**
 * A decoded picture as the cache holds it.
 *
 * @returns RGB, `height * width * 3` bytes
 * @throws ImagoError naming the cache where it is gone or damaged
 */
export function readRecord(
  { file, places, sums }: PicturesFrom & { readonly kind: "cache" },
  at: number,
  [height, width]: readonly [number, number],
): Uint8Array {
  const pixels = new Uint8Array(height * width * 3);
  const place = places[at] as number;
  try {
    const handle = handleOf(file);
    for (let done = 0; done < pixels.length; ) {
      const count = readSync(handle, pixels, done, pixels.length - done, place + done);
      if (count === 0) throw damagedCache(file, place);
      done += count;
    }
  } catch (error) {
    throw error instanceof ImagoError ? error : fileError("read", file, error);
  }
  if (crc32(pixels) !== sums[at]) throw damagedCache(file, place);
  return pixels;
}

function damagedCache(file: string, place: number): ImagoError {
  return new ImagoError(
    `Cannot read ${file}: it is damaged (the picture at byte ${place} is not what was written).`,
    {
      help: "Remove that file; the next run writes it again.",
    },
  );
}
