/** A number as JSON can hold it: one that is not finite is a text. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** For a field of a record that is declared as a number: NaN and infinities become texts. */
export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** The number that `toJsonNumber` was given; `undefined` for what it never gives. */
export function fromJsonNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : undefined;
}
