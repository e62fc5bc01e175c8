import { number } from "../../engine/options.js";
import { type ActivationInfo, layersToDreamOn } from "./suggestLayer.js";

const counts = number({ default: 6, min: 1, max: 1000, integer: true });

/**
 * Layers to choose among for a dream: ends of blocks evenly spread over the network, from strokes to creatures.
 *
 * @param activations in the order in which they are computed
 * @param count 1 to 1000; a small network has fewer. Default: 6.
 * @returns their names, the shallowest first; none when no activation has a position in the image
 */
export function suggestLayers(activations: readonly ActivationInfo[], count?: number): string[] {
  const wanted = counts.read("suggestLayers", "count", count);
  const candidates = layersToDreamOn("suggestLayers", activations).map(({ name }) => name);
  if (candidates.length <= wanted) return candidates;
  const step = (candidates.length - 1) / Math.max(1, wanted - 1);
  return Array.from({ length: wanted }, (_, index) => candidates[Math.round(index * step)] as string);
}
