import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { decodePicture } from "../../images/decodePicture.js";
import { inFlight } from "./inFlight.js";
import type { PictureFile, PreparedPicture, PrepareJob } from "./jobs.js";
import { readBytes } from "./readBytes.js";
import { reasonOf } from "./reasonOf.js";

/** Reads pictures whole, says what they are, and writes those that can be used to their places. */
export async function preparePictures({ files, settings, out }: PrepareJob): Promise<PreparedPicture[]> {
  const found = new Array<PreparedPicture>(files.length);
  const handle = out === undefined ? undefined : openSync(out.file, "r+");
  try {
    await inFlight(files.length, async (at) => {
      const { prepared, pixels } = await readOne(files[at] as PictureFile, settings);
      found[at] = prepared;
      if (handle !== undefined && out !== undefined && pixels !== undefined) {
        writeAll(handle, pixels, out.places[at] as number);
      }
    });
    return found;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

const blank: PreparedPicture = { digest: "", bytes: 0, changed: 0, sum: 0, reason: "" };

async function readOne(
  { path, file }: PictureFile,
  settings: PrepareJob["settings"],
): Promise<{ readonly prepared: PreparedPicture; readonly pixels?: Uint8Array }> {
  let prepared = blank;
  try {
    const { bytes, changed } = readBytes(path, file);
    prepared = {
      ...blank,
      digest: createHash("sha256").update(bytes).digest("hex"),
      bytes: bytes.length,
      changed,
    };
    const pixels = await decodePicture(path, bytes, settings);
    return { prepared: { ...prepared, sum: crc32(pixels) }, pixels };
  } catch (error) {
    return { prepared: { ...prepared, reason: reasonOf(path, error) } };
  }
}

function writeAll(handle: number, bytes: Uint8Array, place: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(handle, bytes, done, bytes.length - done, place + done);
  }
}
