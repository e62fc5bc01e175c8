import type { Config } from "../initializers/initializer.js";
import type { Layer } from "./layer.js";

/** A layer inside another as the outer one's config holds it: enough to make it again. */
export function savedLayer(layer: Layer): Config {
  const { name, trainable, type } = layer;
  return {
    layer: type,
    config: {
      ...layer.config,
      ...(name === undefined ? {} : { name }),
      ...(trainable ? {} : { trainable }),
    },
  };
}
