import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
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
 * @throws DamagedRecord where it is not what was written, or not there; ImagoError naming the cache where that cannot be read
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
      if (count === 0) throw new DamagedRecord();
      done += count;
    }
  } catch (error) {
    throw error instanceof DamagedRecord ? error : fileError("read", file, error);
  }
  if (crc32(pixels) !== sums[at]) throw new DamagedRecord();
  return pixels;
}

/** A picture does not stand in the cache as it was written. */
export class DamagedRecord extends Error {}
