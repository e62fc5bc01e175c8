/** Learning rates that change from step to step. */

export type { Schedule } from "../optimizer.js";
export * from "./all.js";
export { type ScheduleSpec, schedule } from "./resolve.js";
