import { ImagoError } from "../../engine/errors.js";
import { foreignFormat } from "./foreignFormat.js";
import { formatOfBytes, type ImageFormat, imageFormats } from "./format.js";

/**
 * The format of a picture that is to be decoded, by its bytes.
 *
 * @param name what errors call it
 * @throws ImagoError where it is empty or of no format that is read, saying which it is where that is known
 */
export function knownFormat(name: string, bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) throw new ImagoError(`Cannot read ${name}: the file is empty.`);
  const format = formatOfBytes(bytes);
  if (format !== undefined) return format;
  const foreign = foreignFormat(bytes);
  const what = foreign === undefined ? "it is no image" : `it is ${foreign}, which is not read`;
  throw new ImagoError(`Cannot read ${name}: ${what}.`, {
    help: `${foreign === undefined ? "" : "Convert it, for example to PNG. "}Formats that are read: ${imageFormats.join(", ")}.`,
  });
}
