import { resolver, type Spec } from "../config/resolver.js";
import { l1 } from "./l1.js";
import { l1l2 } from "./l1l2.js";
import { l2 } from "./l2.js";
import { orthogonalRegularizer } from "./orthogonalRegularizer.js";
import type { Regularizer } from "./regularizer.js";

/** A name such as `"l2"`, a saved form, or a regulariser. */
export type RegularizerSpec = Spec<Regularizer>;

/** A {@link Regularizer} from its name, its saved form, or itself. */
export const regularizer = resolver<Regularizer>(
  { one: "regularizer", many: "regularizers" },
  { l1, l2, l1l2, orthogonalRegularizer },
  "emit",
);
