import type { Value } from "../../../engine/graph/graph.js";

/** What a mode compares, at each position of one output. */
export interface Compared {
  /** The student's logits, `[batch, …, classes]`; for `features` its projected layer, `[batch, …, channels]`. */
  readonly student: Value;
  /** The teacher's, in the student's classes and of the same shape. No gradient goes there. */
  readonly teacher: Value;
  /** A scalar, or a plain number. */
  readonly temperature: Value | number;
  /** Whether the temperature is sure to be low: see {@link isCool}. Default: where it is a plain number, by that. */
  readonly cool?: boolean | undefined;
  /** The right classes' numbers, `[batch, …, 1]` of int64; only `decoupled` asks for them. */
  readonly labels?: Value | undefined;
}

/**
 * How far a student is from its teacher: emits `[batch, …]`, one number for each position, 0 where both are equal
 * (but for `hard`).
 */
export type Distance = (compared: Compared) => Value;

/**
 * Whether probabilities at a temperature are so far apart that their divergence may be summed as it is defined, which is
 * quicker: T² times the rounding of float32 is below 1e-5 of it. Above, the sum keeps its digits at some cost.
 */
export function isCool(temperature: unknown): boolean {
  return typeof temperature === "number" && temperature <= 8;
}
