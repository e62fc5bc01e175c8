import { type NamesOf, resolver, type Spec } from "../config/resolver.js";
import type { Activation } from "./activation.js";
import * as all from "./all.js";

/** An {@link Activation} from its name, its saved form, or itself. `swish` is `silu`, `hardSwish` is `hardSilu`. */
export const activation = resolver({ one: "activation", many: "activations" }, all, "emit", {
  swish: "silu",
  hardSwish: "hardSilu",
  exp: "exponential",
  // As Keras writes its layers; the compiler knows no rule for them.
  ReLU: "relu",
  LeakyReLU: "leakyRelu",
});

/** A name such as `"relu"`, a saved form, or an activation. */
export type ActivationSpec = Spec<Activation, NamesOf<typeof activation>>;
