import { type NamesOf, resolver, type Spec } from "../../../nn/config/resolver.js";
import * as prunerTypes from "./all.js";
import type { Pruner } from "./pruner.js";

/** A {@link Pruner} from its name, its saved form, or itself. */
export const pruner = resolver({ one: "pruner", many: "pruners" }, prunerTypes, "shouldPrune");

/** A name such as `"median"`, a saved form, or a pruner. */
export type PrunerSpec = Spec<Pruner, NamesOf<typeof pruner>>;
