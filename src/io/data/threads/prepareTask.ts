import { createHash } from "node:crypto";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { fileError } from "../../../engine/files/fileError.js";
import { decodePicture } from "../../images/decodePicture.js";
import { inFlight } from "./inFlight.js";
import type { KnownFile, PictureFile, PreparedPicture, PrepareJob } from "./jobs.js";
import { readBytes } from "./readBytes.js";
import { reasonOf } from "./reasonOf.js";

/** Hexadecimal digits of a digest that are kept: 128 bits, by which no two pictures meet by chance. */
const digits = 32;

/** Reads pictures whole, says what they are, and writes those that can be used to their places. */
export async function preparePictures({
  files,
  settings,
  out,
  known,
}: PrepareJob): Promise<PreparedPicture[]> {
  const found = new Array<PreparedPicture>(files.length);
  const handle = out === undefined ? undefined : openSync(out.file, "r+");
  try {
    await inFlight(files.length, async (at) => {
      const before = known?.[at];
      if (before !== undefined && isUnchanged(files[at] as PictureFile, before)) {
        found[at] = { ...blank, isSame: true };
        return;
      }
      if (known !== undefined) {
        found[at] = blank;
        return;
      }
      const { prepared, pixels } = await readOne(files[at] as PictureFile, settings);
      found[at] = prepared;
      const isExpected = out?.sums === undefined || out.sums[at] === prepared.sum;
      if (handle !== undefined && out !== undefined && pixels !== undefined && isExpected) {
        writeAll(out.name, handle, pixels, out.places[at] as number);
      }
    });
    return found;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function isUnchanged({ file }: PictureFile, { bytes, changed }: KnownFile): boolean {
  try {
    const info = statSync(file);
    return info.size === bytes && info.mtimeMs === changed;
  } catch {
    return false;
  }
}

const blank: PreparedPicture = { digest: "", bytes: 0, changed: 0, sum: 0, reason: "", isSame: false };

async function readOne(
  { path, file }: PictureFile,
  settings: PrepareJob["settings"],
): Promise<{ readonly prepared: PreparedPicture; readonly pixels?: Uint8Array }> {
  let prepared = blank;
  try {
    const { bytes, changed } = readBytes(path, file);
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, digits);
    prepared = { ...blank, digest, bytes: bytes.length, changed };
    const pixels = await decodePicture(path, bytes, settings);
    return { prepared: { ...prepared, sum: crc32(pixels) }, pixels };
  } catch (error) {
    return { prepared: { ...prepared, reason: reasonOf(path, error) } };
  }
}

function writeAll(name: string, handle: number, bytes: Uint8Array, place: number): void {
  try {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(handle, bytes, done, bytes.length - done, place + done);
    }
  } catch (error) {
    throw fileError("write", name, error);
  }
}
