import { type NamesOf, resolver, type Spec } from "../../../nn/config/resolver.js";
import * as samplerTypes from "./all.js";
import type { Sampler } from "./sampler.js";

/** A {@link Sampler} from its name, its saved form, or itself. */
export const sampler = resolver({ one: "sampler", many: "samplers" }, samplerTypes, "propose");

/** A name such as `"tpe"`, a saved form, or a sampler. */
export type SamplerSpec = Spec<Sampler, NamesOf<typeof sampler>>;
