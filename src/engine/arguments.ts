import { accepting, type Field, having, text } from "./options.js";

// What functions take beside options. Each is read where a function begins, so that what stands in the place of another thing is
// refused by name: `bytes.read("readModel", "file", file)`.

/** A file's bytes. */
export const bytes: Field<Uint8Array> = accepting(
  "bytes (a Uint8Array)",
  (value): value is Uint8Array => value instanceof Uint8Array,
);

/** A text. */
export const anyText: Field<string> = text();

/** A tensor, whichever way it was made. */
export const aTensor: Field<object> = having<{ readonly shape: unknown; readonly data: unknown }>(
  "a Tensor",
  "shape",
  "data",
);

/** A value of a graph. */
export const aValue: Field<object> = having<{ readonly graph: unknown; readonly type: unknown }>(
  "a value of a graph",
  "graph",
  "type",
);

/** Numbers in an array of any kind. */
export const arrayOfNumbers: Field<ArrayLike<number>> = having<ArrayLike<number>>(
  "an array of numbers",
  "length",
);

/**
 * An array of objects.
 *
 * @param expected as errors say it
 * @param keys what each of them has
 */
export function arrayOf(expected: string, ...keys: readonly string[]): Field<readonly object[]> {
  const isOne = (item: unknown): boolean =>
    typeof item === "object" && item !== null && keys.every((key) => key in item);
  return accepting(
    expected,
    (value): value is readonly object[] => Array.isArray(value) && value.every(isOne),
  );
}
