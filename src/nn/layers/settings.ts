import type { Value } from "../../engine/graph/graph.js";
import { div } from "../../engine/ops/div.js";
import type { Config, ConfigValue } from "../initializers/initializer.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import type { Layer } from "./layer.js";

/** Resolves a setting that may be left out. */
export function optional<S, T>(resolve: (spec: S) => T, spec: S | undefined): T | undefined {
  return spec === undefined ? undefined : resolve(spec);
}

interface Named {
  readonly name: string;
  readonly config: Config;
}

type Setting = ConfigValue | Named | undefined;

function isNamed(setting: Setting): setting is Named {
  return typeof setting === "object" && setting !== null && "name" in setting && "config" in setting;
}

/** Resolved settings as JSON: objects by name and config, absent ones as null. */
export function settingsConfig(settings: Readonly<Record<string, Setting>>): Config {
  return Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [
      key,
      isNamed(setting) ? { name: setting.name, config: setting.config } : (setting ?? null),
    ]),
  );
}

/** @throws when `value` is not a whole number from 1 */
export function positiveInteger(layer: Layer, option: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw layer.error(`${option} must be a whole number from 1, received ${JSON.stringify(value)}`);
}

/** The penalty on a layer's output, divided by the size of the batch as in Keras. */
export function activityLoss(regularizer: Regularizer, output: Value): Value {
  return div(regularizer.emit(output), output.shape[0] as number);
}
