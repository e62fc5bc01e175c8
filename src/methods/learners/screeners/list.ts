/** Every screener, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { all } from "./all.js";
export { type CorrelationOptions, correlation } from "./correlation.js";
export { type ForestImportanceOptions, forestImportance } from "./forestImportance.js";
export { type KBestOptions, kBest } from "./kBest.js";
export { type LassoScreenerOptions, lasso } from "./lasso.js";
