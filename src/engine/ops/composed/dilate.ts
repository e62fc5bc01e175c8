import type { Value } from "../../graph/graph.js";
import { pad } from "../pad.js";
import { reshape } from "../reshape.js";

/** `x` with `step − 1` zeros behind every element along each axis. */
export function dilate(x: Value, steps: readonly number[]): Value {
  if (steps.every((step) => step === 1)) return x;
  const apart = reshape(
    x,
    x.shape.flatMap((size) => [size, 1]),
  );
  const padded = pad(apart, {
    pads: [...steps.map(() => 0), ...steps.map(() => 0), ...steps.flatMap((step) => [0, step - 1])],
  });
  return reshape(
    padded,
    x.shape.map((size, axis) => size * (steps[axis] as number)),
  );
}
