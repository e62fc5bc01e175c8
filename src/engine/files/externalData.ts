import { closeSync, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { ImagoError } from "../errors.js";
import { fileError } from "./fileError.js";
import { reading } from "./readFileChecked.js";

/**
 * Reads the files in which an ONNX model keeps tensor data beside it. A model may come from anywhere, so nothing
 * outside of its folder is read, whatever paths and links it gives.
 *
 * @param modelPath the `.onnx` file
 * @returns what `readModel` takes as `externalData`. It throws ImagoError when the file is missing, no regular
 *   file, outside of the folder, or shorter than the model says
 */
export function externalDataOf(
  modelPath: string,
): (location: string, offset: number, length: number) => Uint8Array {
  const folder = dirname(modelPath);
  return (location, offset, length) => {
    const path = join(folder, location);
    try {
      return readPart(inside(folder, path), path, offset, length);
    } catch (error) {
      throw error instanceof ImagoError ? error : fileError("read", path, error);
    }
  };
}

/** The path without links. */
function inside(folder: string, path: string): string {
  const real = realpathSync(path);
  const way = relative(realpathSync(folder), real);
  if (way !== ".." && !way.startsWith(`..${sep}`) && !/^[a-z]:/i.test(way)) return real;
  throw new ImagoError(`Cannot read ${path}: it is a link to ${real}, outside of the model's folder.`);
}

function readPart(real: string, path: string, offset: number, length: number): Uint8Array {
  const file = openSync(real, reading);
  try {
    const info = fstatSync(file);
    if (!info.isFile()) throw new ImagoError(`Cannot read ${path}: it is not a regular file.`);
    if (offset + length > info.size) {
      throw new ImagoError(
        `Cannot read ${path}: it has ${info.size} bytes, and the model wants ${length} from ${offset}; ` +
          "it is truncated, or of another model.",
      );
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(file, bytes, done, length - done, offset + done);
      if (count === 0) throw new ImagoError(`Cannot read ${path}: it became shorter while it was read.`);
      done += count;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}
