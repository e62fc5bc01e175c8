import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { div } from "../../../engine/ops/div.js";
import {
  accepting,
  type Field,
  type Fields,
  type FieldsOf,
  flag,
  optional,
  type ReadOf,
  readOptions,
  refusal,
  text,
} from "../../../engine/options.js";
import { formatShape } from "../../../engine/tensor/shape.js";
import type { Config, ConfigValue } from "../../config/config.js";
import type { Resolver, Spec } from "../../config/resolver.js";
import type { Regularizer } from "../../regularizers/regularizer.js";
import type { Layer, LayerOptions } from "./layer.js";
import { type OpenShape, type OpenType, SymbolicTensor } from "./symbolic.js";

/** A layer's own options, without those that every layer has. */
export type Own<O extends LayerOptions> = Omit<O, keyof LayerOptions>;

/** How {@link LayerOptions} are read. */
const commonFields = { name: optional(text()), trainable: flag(true) } satisfies FieldsOf<LayerOptions>;

/**
 * A layer's own options in full, checked; `name` and `trainable`, which every layer has, are left out.
 *
 * @throws {ImagoError} on an unknown option and on a value that a field refuses, naming the layer
 */
export function readLayerOptions<const F extends Fields>(
  type: string,
  options: unknown,
  fields: F,
): ReadOf<F> {
  const { name, trainable, ...own } = readOptions(labelOf(type, options), options, {
    ...fields,
    ...commonFields,
  });
  return own as ReadOf<F>;
}

/** The layer as errors name it, whatever it was given for options. */
export function labelOf(type: string, options: unknown): string {
  const name =
    typeof options === "object" && options !== null && "name" in options ? options.name : undefined;
  return typeof name === "string" ? `${type} "${name}"` : type;
}

/** An option that is an activation, an initialiser and the like: its name, its saved form, or itself. */
export function resolved<T, N extends string>(resolve: Resolver<T, N>, fallback?: NoInfer<N>): Field<T> {
  const expected = "a name, a saved form or the object itself";
  return {
    expected,
    fallback,
    read: (where, name, value = fallback) => {
      if (value === undefined) throw refusal(where, name, expected, value);
      return resolve(value as Spec<T, N>, `${where}: ${name}`);
    },
  };
}

/** An axis or a list of axes, as given. */
export function axes(fallback?: number): Field<number | readonly number[]> {
  const test = (value: unknown): value is number | readonly number[] => {
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    return all.length > 0 && all.every(Number.isInteger);
  };
  return accepting("a whole number or an array of them", test, { fallback });
}

/** An option that is a layer, as its function gives it. */
export function layerField<L extends Layer>(
  expected: string,
  test: (layer: unknown) => layer is L,
): Field<L> {
  return {
    expected,
    read: (where, name, value) => {
      const layer: unknown = typeof value === "function" && "layer" in value ? value.layer : undefined;
      if (test(layer)) return layer;
      const label = typeof layer === "object" && layer !== null && "label" in layer ? layer.label : undefined;
      if (label === undefined) throw refusal(where, name, expected, value);
      throw new ImagoError(`${where}: ${name} must be ${expected}, received ${String(label)}.`);
    },
  };
}

interface Named {
  readonly name: string;
  readonly config: Config;
}

export type Setting = ConfigValue | Named | undefined;

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

/** The penalty on a layer's output, divided by the size of the batch as in Keras. */
export function activityLoss(regularizer: Regularizer, output: Value): Value {
  return div(regularizer.emit(output), output.size(0));
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
