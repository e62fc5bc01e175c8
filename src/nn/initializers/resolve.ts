import { type NamesOf, resolver, type Spec } from "../config/resolver.js";
import * as all from "./all.js";
import type { Initializer } from "./initializer.js";

/** An {@link Initializer} from its name, its saved form, or itself. */
export const initializer = resolver({ one: "initializer", many: "initializers" }, all, "make", {
  normal: "randomNormal",
  uniform: "randomUniform",
  eye: "identity",
  zero: "zeros",
  one: "ones",
  // As Keras writes some classes; the compiler knows no rule for them.
  LeCunNormal: "lecunNormal",
  LeCunUniform: "lecunUniform",
  OrthogonalInitializer: "orthogonal",
  IdentityInitializer: "identity",
});

/** A name such as `"glorotUniform"`, a saved form, or an initialiser. */
export type InitializerSpec = Spec<Initializer, NamesOf<typeof initializer>>;
