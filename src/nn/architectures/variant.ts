import { oneOf } from "../../engine/options.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import type { Part } from "./assemble.js";

/** Whose form of a network: Keras's, or torchvision's for its weights. */
export type Variant = "keras" | "torch";

export const variant = oneOf(["keras", "torch"], "keras");

/** Makes batch normalisations by name: with Keras's numbers for the network, or with PyTorch's (ε = 1e-5, momentum 0.9 as Keras counts it). */
export function normalizer(of: Variant, epsilon: number, momentum = 0.99): (name: string) => Part {
  const own = of === "torch" ? { epsilon: 1e-5, momentum: 0.9 } : { epsilon, momentum };
  return (name) => batchNormalization({ ...own, name });
}
