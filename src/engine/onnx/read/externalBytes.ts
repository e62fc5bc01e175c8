import { ImagoError, shown } from "../../errors.js";
import type { TensorRecord } from "../proto/records.js";

/**
 * Reads tensor data that an ONNX file keeps in a file of its own beside it.
 *
 * @param location path relative to the model's folder, as the model states it; it never leads out of it
 * @returns exactly `length` bytes from `offset`
 */
export type ExternalData = (location: string, offset: number, length: number) => Uint8Array;

/** How many bytes a tensor takes, and what it is in errors: `float32[2, 3]`. */
export interface Taken {
  readonly type: string;
  readonly expected: number;
}

/** @throws ImagoError when there are not as many bytes as a tensor takes */
export function checkLength({ type, expected }: Taken, bytes: Uint8Array, where: string): void {
  if (bytes.length === expected) return;
  throw new ImagoError(
    `${where}: ${type} takes ${expected} bytes, the file holds ${bytes.length}; it is truncated or altered`,
  );
}

/**
 * The bytes of a tensor that lie in another file.
 *
 * @throws ImagoError without a function that reads it, and when it is no place of so many bytes inside the folder
 */
export function externalBytes(
  record: TensorRecord,
  { type, expected }: Taken,
  where: string,
  external: ExternalData | undefined,
): Uint8Array {
  const entries = new Map(record.externalData?.map(({ key, value }) => [key, value ?? ""]));
  const location = entries.get("location") ?? "";
  if (external === undefined) {
    throw new ImagoError(`${where}: its data are in a file of their own, "${location}".`, {
      help: "Give the option externalData, a function that reads that file.",
    });
  }
  const inside = location.split(/[\\/]/).every((part) => part !== "" && part !== "..");
  if (!inside || /^[a-z]:/i.test(location)) {
    throw new ImagoError(
      `${where}: its data are said to be in "${location}", which is no path inside the model's folder`,
    );
  }
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? expected);
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== expected) {
    throw new ImagoError(
      `${where}: ${type} takes ${expected} bytes, its place in "${location}" is ` +
        `offset ${shown(entries.get("offset"))}, length ${shown(entries.get("length"))}`,
    );
  }
  return external(location, offset, length);
}
