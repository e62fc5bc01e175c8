import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { mul } from "../../../engine/ops/mul.js";
import { converting, type Field } from "../../../engine/options.js";
import type { CallContext } from "../base/context.js";

/** From where to where a number is drawn, evenly. */
export type Range = readonly [lower: number, upper: number];

export interface RangeRule {
  readonly min: number;
  readonly max: number;
  /** Default: the option is required. */
  readonly fallback?: Range | undefined;
}

/** A number f for the range from −f, or from `min` where that is more, to f; or both ends. */
export function rangeField({ min, max, fallback }: RangeRule): Field<Range> {
  const fits = (value: unknown): value is number => typeof value === "number" && value >= min && value <= max;
  return converting(
    `a number from ${min} to ${max}, or [lower, upper]`,
    (value): Range | undefined => {
      if (fits(value)) return [Math.max(-Math.abs(value), min), Math.abs(value)];
      if (!Array.isArray(value) || value.length !== 2) return undefined;
      const [lower, upper]: readonly unknown[] = value;
      return fits(lower) && fits(upper) && lower <= upper ? [lower, upper] : undefined;
    },
    { fallback },
  );
}

/** `[lower, upper]`, the first below the second. */
export function valueRange(fallback: Range): Field<Range> {
  return converting(
    "[lower, upper], the first below the second",
    (value): Range | undefined => {
      if (!Array.isArray(value) || value.length !== 2) return undefined;
      const [lower, upper]: readonly unknown[] = value;
      const known = typeof lower === "number" && typeof upper === "number" && lower < upper;
      return known && Number.isFinite(upper - lower) ? [lower, upper] : undefined;
    },
    { fallback },
  );
}

/** A number from a range for each image, other ones at each step: `[batch, 1, 1, 1]`, or a scalar where there is nothing to draw. */
export function drawn(context: CallContext, batch: number, [lower, upper]: Range): Value {
  if (lower === upper) return context.graph.scalar(lower, "float32");
  const shape = [batch, 1, 1, 1];
  return add(mul(context.random(shape), upper - lower), lower);
}
