import { resolver, type Spec } from "../config/resolver.js";
import type { Constraint } from "./constraint.js";
import { maxNorm } from "./maxNorm.js";
import { minMaxNorm } from "./minMaxNorm.js";
import { nonNeg } from "./nonNeg.js";
import { unitNorm } from "./unitNorm.js";

/** A name such as `"maxNorm"`, a saved form, or a constraint. */
export type ConstraintSpec = Spec<Constraint>;

/** A {@link Constraint} from its name, its saved form, or itself. */
export const constraint = resolver<Constraint>(
  { one: "constraint", many: "constraints" },
  { maxNorm, nonNeg, unitNorm, minMaxNorm },
  "emit",
);
