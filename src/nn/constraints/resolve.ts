import { type NamesOf, resolver, type Spec } from "../config/resolver.js";
import * as all from "./all.js";
import type { Constraint } from "./constraint.js";

/** A {@link Constraint} from its name, its saved form, or itself. */
export const constraint = resolver({ one: "constraint", many: "constraints" }, all, "emit");

/** A name such as `"maxNorm"`, a saved form, or a constraint. */
export type ConstraintSpec = Spec<Constraint, NamesOf<typeof constraint>>;
