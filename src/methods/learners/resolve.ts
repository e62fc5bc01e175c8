import { type NamesOf, resolver, type Spec } from "../../nn/config/resolver.js";
import * as learnerTypes from "./all.js";
import type { Learner } from "./learner.js";

/** A {@link Learner} from its name, its saved form, or itself. */
export const learner = resolver({ one: "learner", many: "learners" }, learnerTypes, "fit");

/** A name such as `"ridge"`, a saved form, or a learner. */
export type LearnerSpec = Spec<Learner, NamesOf<typeof learner>>;

export { learnerTypes };
