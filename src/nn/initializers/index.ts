/** Initialisers of weights. */

export type { Config, ConfigValue } from "../config/config.js";
export * from "./all.js";
export type { Initializer } from "./initializer.js";
export { type InitializerSpec, initializer } from "./resolve.js";
