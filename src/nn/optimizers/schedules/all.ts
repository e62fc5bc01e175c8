/** Every schedule, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type ConstantScheduleOptions, constant } from "./constant.js";
export { type CosineDecayOptions, cosineDecay } from "./cosineDecay.js";
export { type CosineDecayRestartsOptions, cosineDecayRestarts } from "./cosineDecayRestarts.js";
export { type DecayOptions, exponentialDecay } from "./exponentialDecay.js";
export { inverseTimeDecay } from "./inverseTimeDecay.js";
export { type OneCycleOptions, oneCycle } from "./oneCycle.js";
export { type PiecewiseConstantDecayOptions, piecewiseConstantDecay } from "./piecewiseConstantDecay.js";
export { type PolynomialDecayOptions, polynomialDecay } from "./polynomialDecay.js";
