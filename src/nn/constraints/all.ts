/** Every constraint, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type MaxNormOptions, maxNorm } from "./maxNorm.js";
export { type MinMaxNormOptions, minMaxNorm } from "./minMaxNorm.js";
export { nonNeg } from "./nonNeg.js";
export { type UnitNormOptions, unitNorm } from "./unitNorm.js";
