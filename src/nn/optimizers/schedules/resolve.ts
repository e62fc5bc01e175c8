import { type NamesOf, resolver, type Spec } from "../../config/resolver.js";
import type { Schedule } from "../optimizer.js";
import * as all from "./all.js";

/** A {@link Schedule} from its saved form, or itself. */
export const schedule = resolver({ one: "schedule", many: "schedules" }, all, "at");

/** A saved form or a schedule; a name alone does not do, since schedules have required options. */
export type ScheduleSpec = Spec<Schedule, NamesOf<typeof schedule>>;
