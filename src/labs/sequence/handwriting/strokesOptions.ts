import {
  abortSignal,
  accepting,
  type FieldsOf,
  having,
  number,
  optional,
  text,
} from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import { type StrokeItem, strokeItemField } from "./strokeItem.js";

export interface StrokesOptions {
  /** Drawings to write, 1 to 1000000. Default: 1. */
  readonly count?: number | undefined;
  /**
   * How neat they are, 0 to 10: deviations are multiplied by e^−bias, and likely choices become likelier. At 0 the network's own
   * distribution, at 1 a tidy hand, at 3 nearly the same each time. Default: 0.5.
   */
  readonly bias?: number | undefined;
  /** Points of a drawing at most, 1 to 100000; one that has not ended by then is cut. Default: 1000. */
  readonly longest?: number | undefined;
  /** What is to be written, for a network that is given texts: one text, or several that take turns. */
  readonly text?: string | readonly string[] | undefined;
  /** What is to be drawn, for a network that is given labels. Default: for each drawing one at random. */
  readonly label?: string | undefined;
  /**
   * A drawing that is read first. A network that is given texts then writes in its manner, and its own text must be known; another
   * goes on with it, and what it gives begins with it. Default: none.
   */
  readonly prime?: StrokeItem | undefined;
  /** Each drawing has a stream of its own, by its number. Default: a generator with seed 0. */
  readonly random?: Generator | undefined;
  readonly signal?: AbortSignal | undefined;
}

const isTexts = (value: unknown): value is string | readonly string[] =>
  typeof value === "string" ||
  (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string"));

/** How {@link StrokesOptions} are read; command lines make their flags of these. */
export const strokesFields = {
  count: number({ default: 1, min: 1, max: 1_000_000, integer: true, help: "drawings to write" }),
  bias: number({ default: 0.5, min: 0, max: 10, help: "how neat: 0 as learnt, 1 tidy, 3 always the same" }),
  longest: number({
    default: 1000,
    min: 1,
    max: 100_000,
    integer: true,
    help: "points of a drawing at most",
  }),
  text: optional(
    accepting("a text, or an array of texts", isTexts, {
      help: "what is to be written",
      form: { kind: "text" },
    }),
  ),
  label: optional(text(undefined, { help: "what is to be drawn" })),
  prime: optional(strokeItemField),
  random: optional(having<Generator>("a Generator", "uniforms", "categorical")),
  signal: abortSignal,
} satisfies FieldsOf<StrokesOptions>;

/** A drawing that a network made. */
export interface WrittenStrokes {
  /** From 0. */
  readonly index: number;
  /** dx, dy and whether the pen is lifted, for each point behind the first, in the units that were learnt from. */
  readonly offsets: Float32Array;
  readonly text: string | undefined;
  readonly label: string | undefined;
  /** Whether it came to its end by itself. */
  readonly ended: boolean;
}
