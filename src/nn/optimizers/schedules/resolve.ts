import { resolver, type Spec } from "../../config/resolver.js";
import type { Schedule } from "../optimizer.js";
import { constant } from "./constant.js";
import { cosineDecay } from "./cosineDecay.js";
import { cosineDecayRestarts } from "./cosineDecayRestarts.js";
import { exponentialDecay } from "./exponentialDecay.js";
import { inverseTimeDecay } from "./inverseTimeDecay.js";
import { piecewiseConstantDecay } from "./piecewiseConstantDecay.js";
import { polynomialDecay } from "./polynomialDecay.js";

/** A saved form or a schedule; a name alone does not do, since schedules have required options. */
export type ScheduleSpec = Spec<Schedule>;

/** A {@link Schedule} from its saved form, or itself. */
export const schedule = resolver<Schedule>(
  { one: "schedule", many: "schedules" },
  {
    constant,
    exponentialDecay,
    piecewiseConstantDecay,
    polynomialDecay,
    inverseTimeDecay,
    cosineDecay,
    cosineDecayRestarts,
  },
  "at",
);
