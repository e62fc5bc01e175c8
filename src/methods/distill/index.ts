/** A student from teachers: knowledge distillation. */
export type { Augment } from "./augment.js";
export type { DistillCompileOptions, DistillFitOptions } from "./callOptions.js";
export { type Distillation, distill } from "./distill.js";
export { readSoftTargets } from "./files/readSoftTargets.js";
export { type SoftTargetsOptions, softTargets } from "./files/softTargets.js";
export type { Averaging } from "./modes/pooled.js";
export {
  type ClassNames,
  type DistillMode,
  type DistillOptions,
  distillFields,
  type FeatureLayers,
  type Teacher,
} from "./options.js";
export type { DistillReport, NetworkFigures, ReportOptions } from "./report/reportOptions.js";
export type { TeacherNetwork } from "./teachers/network.js";
export { SoftTargets, type SoftTargetsInfo } from "./teachers/softTargets.js";
