import type { Config } from "../config/config.js";
import type { LayerCase } from "./layerGolden.js";

/** A case whose activation stands as `{ name, ...options }`, with it in the form that layers save. */
export function withSavedActivation<C extends LayerCase>(golden: C): C {
  const given = golden.config?.activation;
  if (typeof given !== "object" || given === null || Array.isArray(given)) return golden;
  const { name, ...config } = given as Config;
  return { ...golden, config: { ...golden.config, activation: { name: name as string, config } } };
}
