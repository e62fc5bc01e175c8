import { type NamesOf, resolver, type Spec } from "../config/resolver.js";
import * as all from "./all.js";
import type { Loss } from "./loss.js";

/** Keras's short names. */
export const lossAliases = {
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
  mape: "meanAbsolutePercentageError",
  msle: "meanSquaredLogarithmicError",
  bce: "binaryCrossentropy",
  kld: "klDivergence",
  kullbackLeiblerDivergence: "klDivergence",
  huberLoss: "huber",
  // As Keras writes its class; the compiler knows no rule for it.
  KLDivergence: "klDivergence",
} as const;

/** A {@link Loss} from its name, its saved form, or itself. */
export const loss = resolver({ one: "loss", many: "losses" }, all, "emit", lossAliases);

/** A name such as `"mse"`, a saved form, or a loss. */
export type LossSpec = Spec<Loss, NamesOf<typeof loss>>;
