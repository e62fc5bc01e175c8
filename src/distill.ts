/** Knowledge distillation: a student from teachers. */
export * from "./methods/distill/index.js";
