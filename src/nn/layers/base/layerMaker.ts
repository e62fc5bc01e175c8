import { ImagoError, shown } from "../../../engine/errors.js";
import {
  callable,
  type FieldsOf,
  list,
  optional,
  readOptions,
  refusal,
  text,
} from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import { unknownName } from "../../config/resolver.js";
import { type Layer, type LayerFunction, layerFunction } from "./layer.js";

/**
 * Makes a layer from its saved config. The config may come from a file: the layer checks every value.
 *
 * @param types the factories of layers inside, for layers that wrap others
 */
export type LayerFactory = (
  config: Config,
  name: string | undefined,
  trainable: boolean,
  types: LayerTypes,
) => Layer;

/** Factories by the type under which layers are saved. */
export type LayerTypes = Readonly<Record<string, LayerFactory>>;

/** What a user calls to make a layer, with what makes it again from its saved config. */
export type LayerMaker<F> = F & { readonly restore: LayerFactory };

type LayerClass = new (...args: never) => Layer;

/** A layer's function where it has one output and takes what the class's constructor takes. */
type PlainMaker<C extends LayerClass> = (...args: ConstructorParameters<C>) => LayerFunction<InstanceType<C>>;

export interface LayerMakerOptions<F> {
  /** Makes the layer as a function. Default: one with one output. */
  readonly make?: F | undefined;
  /** Options that are layers, for a layer that wraps others. Default: none. */
  readonly wraps?: readonly string[] | undefined;
}

const fields = {
  make: optional(callable<(...args: never) => unknown>()),
  wraps: optional(list(text(), "an array of options' names")),
} satisfies FieldsOf<LayerMakerOptions<object>>;

/**
 * The function that makes a layer: `export const dense = layerMaker(Dense)`. Layers are saved under the name by which
 * `layers/all.ts` exports it, which must be the class's `type`.
 */
export function layerMaker<C extends LayerClass, F extends object = PlainMaker<C>>(
  Made: C,
  options: LayerMakerOptions<F> = {},
): LayerMaker<F> {
  if (typeof Made !== "function") throw refusal("layerMaker", "Made", "a class of layers", Made);
  const { make, wraps = [] } = readOptions("layerMaker", options, fields);
  const made = (...args: ConstructorParameters<C>): LayerFunction =>
    layerFunction(new Made(...(args as never)));
  const restore: LayerFactory = (config, name, trainable, types) => {
    const inner = wraps
      .filter((key) => config[key] !== undefined)
      .map((key) => [key, layerFunction(restoreLayer(config[key], types))]);
    return new Made(...([{ ...config, ...Object.fromEntries(inner), name, trainable }] as never));
  };
  return Object.assign((make ?? made) as F, { restore });
}

function isRecord(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Makes a layer from its saved form, without weights.
 *
 * @param saved as `savedLayer` gives it, perhaps read from a file
 * @param types factories of the layers that there may be
 * @throws where it is no saved layer, or its type is unknown, naming the nearest one
 */
export function restoreLayer(saved: unknown, types: LayerTypes): Layer {
  const { layer, name = null, trainable = true, config } = isRecord(saved) ? saved : {};
  const named = name === null || typeof name === "string";
  if (typeof layer !== "string" || !isRecord(config) || !named || typeof trainable !== "boolean") {
    throw new ImagoError(
      `expected a saved layer { layer, name, trainable, config }, received ${shown(saved)}.`,
    );
  }
  const factory = Object.hasOwn(types, layer) ? types[layer] : undefined;
  if (factory === undefined) throw unknownName({ one: "layer", many: "layers" }, layer, Object.keys(types));
  return factory(config, name ?? undefined, trainable, types);
}
