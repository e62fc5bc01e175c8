/** DeepDream on any image classifier. */
export { type DreamPreview, dream, dreamImage } from "./dream.js";
export { type DreamOptions, type DreamSettings, dreamFields } from "./dreamOptions.js";
export { type DreamLayerPreview, dreamEachLayer } from "./eachLayer.js";
export type { DreamLayer } from "./objective.js";
export { octaveSizes } from "./octaves.js";
export { parseDreamLayer } from "./parseLayer.js";
export { type ActivationInfo, suggestLayer } from "./suggestLayer.js";
export { suggestLayers } from "./suggestLayers.js";
export { type DreamZoomOptions, type DreamZoomPreview, dreamZoom, dreamZoomFields } from "./zoom.js";
