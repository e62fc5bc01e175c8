/** Activations: factories of what stands behind `activation` in layers. */

export type { Activation } from "./activation.js";
export * from "./all.js";
export { type ActivationSpec, activation } from "./resolve.js";
