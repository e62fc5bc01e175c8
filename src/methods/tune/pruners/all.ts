/** Every pruner, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type AshaOptions, asha } from "./asha.js";
export { type HalvingOptions, halving } from "./halving.js";
export { type HyperbandOptions, hyperband } from "./hyperband.js";
export { type PatientOptions, patient } from "./patient.js";
export { type MedianOptions, median, type PercentileOptions, percentile } from "./percentile.js";
export { type ThresholdOptions, threshold } from "./threshold.js";
export { type WilcoxonOptions, wilcoxon } from "./wilcoxon.js";
