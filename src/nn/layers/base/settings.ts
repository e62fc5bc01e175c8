import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { div } from "../../../engine/ops/div.js";
import { formatShape } from "../../../engine/tensor/shape.js";
import { type Field, readOptions } from "../../config/options.js";
import type { Resolver, Spec } from "../../config/resolver.js";
import type { Config, ConfigValue } from "../../initializers/initializer.js";
import type { Regularizer } from "../../regularizers/regularizer.js";
import { checkLayerOptions, type Layer, type LayerOptions } from "./layer.js";
import { type OpenShape, type OpenType, SymbolicTensor } from "./symbolic.js";

/** Resolves a setting that may be left out; a saved `null` counts as left out. */
export function optional<S, T>(resolve: (spec: S) => T, spec: S | null | undefined): T | undefined {
  return spec === undefined || spec === null ? undefined : resolve(spec);
}

/**
 * A layer's own options in full, checked; `name` and `trainable`, which every layer has, are left out.
 *
 * @throws {ImagoError} on an unknown option and on a value that a field refuses, naming the layer
 */
export function readLayerOptions<T extends object>(
  type: string,
  options: LayerOptions,
  fields: { readonly [K in keyof T]: Field<T[K]> },
): T {
  checkLayerOptions(type, options, Object.keys(fields));
  const { name, trainable: _, ...own } = options;
  return readOptions(name === undefined ? type : `${type} "${name}"`, own, fields);
}

/** An option that is an activation, an initialiser and the like: its name, its saved form, or itself. */
export function resolved<T>(resolve: Resolver<T>, fallback?: string): Field<T> {
  return (where, name, value) => {
    const spec = (value ?? fallback) as Spec<T> | undefined;
    if (spec === undefined) throw new ImagoError(`${where}: option "${name}" is required.`);
    return resolve(spec, `${where}: option "${name}"`);
  };
}

/** An axis or a list of axes, as given. */
export function axes(fallback?: number): Field<number | readonly number[]> {
  return (where, name, value = fallback) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > 0 && list.every(Number.isInteger)) return value as number | readonly number[];
    throw new ImagoError(
      `${where}: option "${name}" must be a whole number or an array of them, received ${JSON.stringify(value)}.`,
    );
  };
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

/** An input as errors show it: `[?, 784] from "flatten"`. */
export function describeInput(input: OpenType): string {
  const shape = formatShape(input.shape);
  if (!(input instanceof SymbolicTensor)) return shape;
  const { name, type } = input.call.layer;
  return `${shape} from "${name ?? type}"`;
}

/**
 * The only input.
 *
 * @throws when there is none or there are several
 */
export function onlyInput(layer: Layer, inputs: readonly OpenType[]): OpenType {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    const merge = inputs.length > 1 ? " Merge them before it, for example with concatenate()." : "";
    throw layer.error(`expected one input, received ${inputs.length}.${merge}`);
  }
  return input;
}

/**
 * Checks an input's rank.
 *
 * @param names what the axes are, the batch first: `["batch", "height", "width", "channels"]`
 * @throws when the rank differs, naming the layer that the input comes from and a way to reshape it
 */
export function expectRank(layer: Layer, input: OpenType, names: readonly string[]): void {
  if (input.shape.length === names.length) return;
  throw layer.error(
    `expected rank ${names.length} (${names.join(", ")}), received ${describeInput(input)}. ` +
      `Reshape before it, for example ${exampleReshape(input.shape, names)}.`,
  );
}

/** A reshape that gives the rank, with the input's own sizes where they are known. */
function exampleReshape(shape: OpenShape, names: readonly string[]): string {
  const [size, ...more] = shape.slice(1);
  const rank = names.length - 1;
  if (rank === 1) return "flatten()";
  const sizes = typeof size === "number" && more.length === 0 ? split(size, rank) : names.slice(1);
  return `reshape({ targetShape: [${sizes.join(", ")}] })`;
}

/** `size` as `rank` sizes, as square as it goes; the last one is that of channels. */
function split(size: number, rank: number): readonly number[] {
  const channels = [1, 3, 4].find((count) => Number.isInteger((size / count) ** (1 / (rank - 1)))) ?? 1;
  const side = (size / channels) ** (1 / (rank - 1));
  return Number.isInteger(side)
    ? [...new Array<number>(rank - 1).fill(side), channels]
    : [size, ...new Array<number>(rank - 1).fill(1)];
}

/**
 * The known size of an axis, which weights have.
 *
 * @throws when the axis does not exist or is open
 */
export function knownSize(layer: Layer, input: OpenType, axis: number): number {
  const size = input.shape.at(axis);
  if (typeof size === "number" && axis < input.shape.length) return size;
  throw layer.error(`expected a known size at axis ${axis}, received ${describeInput(input)}`);
}
