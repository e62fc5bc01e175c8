/** Neural style transfer with any image classifier. */
export { gramMatrix } from "./gramMatrix.js";
export { type InterpolationPreview, interpolateStyles, strip } from "./interpolate.js";
export type { StyleLayer, StyleLosses } from "./objective.js";
export {
  type StyleOptimizer,
  type StyleOptions,
  type StyleSettings,
  type StyleSource,
  styleFields,
  styleOptimizers,
} from "./options.js";
export { parseStyleLayer } from "./parseLayer.js";
export { type StyleInit, styleInits } from "./start.js";
export { type StyledImage, type StylePreview, style, styleImage } from "./style.js";
export { type ActivationInfo, type SuggestedLayers, suggestStyleLayers } from "./suggestLayers.js";
export { totalVariation } from "./totalVariation.js";
