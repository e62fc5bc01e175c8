/** Every regulariser, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type L1Options, l1 } from "./l1.js";
export { type L1L2Options, l1l2 } from "./l1l2.js";
export { type L2Options, l2 } from "./l2.js";
export { type OrthogonalRegularizerOptions, orthogonalRegularizer } from "./orthogonalRegularizer.js";
