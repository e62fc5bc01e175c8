import { type NamesOf, resolver, type Spec } from "../config/resolver.js";
import * as all from "./all.js";
import type { Optimizer } from "./optimizer.js";

/** An {@link Optimizer} from its name, its saved form, or itself. */
export const optimizer = resolver({ one: "optimizer", many: "optimizers" }, all, "emit", {
  // As Keras writes its class; the compiler knows no rule for it.
  RMSprop: "rmsprop",
});

/** A name such as `"rmsprop"`, a saved form, or an optimiser. */
export type OptimizerSpec = Spec<Optimizer, NamesOf<typeof optimizer>>;
