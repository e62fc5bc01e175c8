/** What the channels of image classifiers look for, and where they find it. */
export { type ActivationMap, activationMaps } from "./activationMaps.js";
export { type ExplainOptions, type Explanation, explain } from "./explain.js";
export type { FilterOptions } from "./filterOptions.js";
export { type FilterPicture, filterPictures } from "./filters.js";
export { heatOverlay } from "./heatOverlay.js";
