/** Learning rates that change from step to step. */
export type { Schedule } from "../optimizer.js";
export { type ConstantScheduleOptions, constant } from "./constant.js";
export { type CosineDecayOptions, cosineDecay } from "./cosineDecay.js";
export { type CosineDecayRestartsOptions, cosineDecayRestarts } from "./cosineDecayRestarts.js";
export { type DecayOptions, exponentialDecay } from "./exponentialDecay.js";
export { inverseTimeDecay } from "./inverseTimeDecay.js";
export { type PiecewiseConstantDecayOptions, piecewiseConstantDecay } from "./piecewiseConstantDecay.js";
export { type PolynomialDecayOptions, polynomialDecay } from "./polynomialDecay.js";
export { type ScheduleSpec, schedule } from "./resolve.js";
