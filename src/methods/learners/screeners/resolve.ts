import { type NamesOf, resolver, type Spec } from "../../../nn/config/resolver.js";
import * as screenerTypes from "./list.js";
import type { Screener } from "./screener.js";

/** A {@link Screener} from its name, its saved form, or itself. */
export const screener = resolver({ one: "screener", many: "screeners" }, screenerTypes, "screen");

/** A name such as `"correlation"`, a saved form, or a screener. */
export type ScreenerSpec = Spec<Screener, NamesOf<typeof screener>>;

export { screenerTypes };
