import type { Value } from "../../../engine/graph/graph.js";

/** What a mode compares, at each position of one output. */
export interface Compared {
  /** The student's logits, `[batch, …, classes]`; for `features` its projected layer, `[batch, …, channels]`. */
  readonly student: Value;
  /** The teacher's, in the student's classes and of the same shape. No gradient goes there. */
  readonly teacher: Value;
  /** A scalar, or a plain number. */
  readonly temperature: Value | number;
  /** The right classes' numbers, `[batch, …, 1]` of int64; only `decoupled` asks for them. */
  readonly labels?: Value | undefined;
}

/**
 * How far a student is from its teacher: emits `[batch, …]`, one number for each position, 0 where both are equal
 * (but for `hard`).
 */
export type Distance = (compared: Compared) => Value;
