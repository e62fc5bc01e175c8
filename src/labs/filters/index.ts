/** What the channels of image classifiers look for, and where they find it. */
export { type ActivationMap, type ActivationMapOptions, activationMaps } from "./activationMaps.js";
export { type ExplainOptions, type Explanation, explain, explainFields } from "./explain.js";
export { type FilterOptions, type FilterSettings, filterFields } from "./filterOptions.js";
export { type FilterPicture, type FilterStep, filterPictures, filterSteps } from "./filters.js";
export { heatOverlay } from "./heatOverlay.js";
