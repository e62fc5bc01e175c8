/** Trainings on record: what was tried, how it went, what came of it. */
export * from "./io/runs/index.js";
