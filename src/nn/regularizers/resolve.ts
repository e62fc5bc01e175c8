import { type NamesOf, resolver, type Spec } from "../config/resolver.js";
import * as all from "./all.js";
import type { Regularizer } from "./regularizer.js";

/** A {@link Regularizer} from its name, its saved form, or itself. */
export const regularizer = resolver({ one: "regularizer", many: "regularizers" }, all, "emit", {
  // As Keras writes it; the compiler knows no rule for it.
  l1_l2: "l1l2",
});

/** A name such as `"l2"`, a saved form, or a regulariser. */
export type RegularizerSpec = Spec<Regularizer, NamesOf<typeof regularizer>>;
