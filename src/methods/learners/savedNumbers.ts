import { ImagoError } from "../../engine/errors.js";
import { accepting, list } from "../../engine/options.js";

/** A number of what was learnt: float64, beyond what options may be. */
export const learntNumber = accepting("a finite number", (value): value is number => Number.isFinite(value));

/** Several of them. */
export const learntNumbers = list(learntNumber, "an array of finite numbers");

/** Arrays that trees and neighbours keep their many numbers in. */
export type SavedArray = Float64Array | Float32Array | Int32Array | Uint8Array;

/** The bytes of an array, little-endian, as base64: a quarter of the digits that JSON would need. */
export function packNumbers(array: SavedArray): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const parts: string[] = [];
  // A function takes so many arguments only.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(""));
}

/**
 * The bytes that {@link packNumbers} wrote.
 *
 * @param what whose they are, for the error
 * @throws {ImagoError} if it is no base64
 */
function unpackBytes(what: string, packed: unknown): ArrayBuffer {
  if (typeof packed !== "string") throw new ImagoError(`${what}: expected numbers as base64.`);
  let text: string;
  try {
    text = atob(packed);
  } catch (cause) {
    throw new ImagoError(`${what}: expected numbers as base64.`, { cause });
  }
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

/**
 * The numbers that {@link packNumbers} wrote of such an array.
 *
 * @throws {ImagoError} if it is no base64, or no whole number of elements
 */
export function unpackNumbers<A extends SavedArray>(
  what: string,
  packed: unknown,
  Kind: { readonly BYTES_PER_ELEMENT: number; new (bytes: ArrayBuffer): A },
): A {
  const bytes = unpackBytes(what, packed);
  if (bytes.byteLength % Kind.BYTES_PER_ELEMENT === 0) return new Kind(bytes);
  throw new ImagoError(`${what}: ${bytes.byteLength} bytes are no whole number of elements.`);
}
