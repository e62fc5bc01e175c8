import type { Layer } from "./layer.js";
import { describeInput, onlyInput } from "./settings.js";
import type { OpenType } from "./symbolic.js";
import type { Variable } from "./variable.js";

/**
 * Checks the only input of a layer that multiplies the last axis by its kernel.
 *
 * @param kernel `[features, …]`; absent before the first call
 * @throws ImagoError where it is not `(batch, …, features)`, or has other features than the kernel was made for
 */
export function checkFeatures(layer: Layer, inputs: readonly OpenType[], kernel: Variable | undefined): void {
  const x = onlyInput(layer, inputs);
  const features = x.shape.at(-1);
  if (x.shape.length < 2 || features == null) {
    throw layer.error(
      `expected (batch, …, features) with a known number of features, received ${describeInput(x)}`,
    );
  }
  const known = kernel?.shape[0] ?? features;
  if (features !== known) {
    throw layer.error(`was made for ${known} features and shares its weights, received ${describeInput(x)}`);
  }
}
