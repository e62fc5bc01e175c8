import { accepting } from "../../../engine/options.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import type { Layer } from "../base/layer.js";
import { describeInput } from "../base/settings.js";
import type { OpenShape, OpenType } from "../base/symbolic.js";

/** An option that is a shape: positive whole numbers, `null` for the input's own size. */
export const noiseShape = accepting(
  "an array of sizes from 1 (null: the input's)",
  (value): value is OpenShape => Array.isArray(value) && value.every(isSize),
);

function isSize(item: unknown): boolean {
  return item === null || (Number.isInteger(item) && (item as number) > 0);
}

/** The shape that `given` means for an input. */
export function concreteNoiseShape(given: OpenShape | undefined, shape: Shape): Shape {
  return given === undefined ? shape : given.map((size, axis) => size ?? (shape[axis] as number));
}

/** @throws when a noise shape has another rank than the input */
export function checkNoiseShape(layer: Layer, given: OpenShape | undefined, x: OpenType): void {
  if (given === undefined || given.length === x.shape.length) return;
  throw layer.error(
    `noiseShape needs a size for each of the input's axes, received ${JSON.stringify(given)} for ${describeInput(x)}`,
  );
}
