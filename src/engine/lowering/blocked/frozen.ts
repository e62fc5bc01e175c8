import type { Graph, Node, Value } from "../../graph/graph.js";
import { readWindow } from "../../ops/conv/window.js";
import { sizeOf } from "../../tensor/shape.js";
import { isKnown } from "../isKnown.js";
import { isStandard } from "../rewrite.js";
import { isTiledFaster } from "./tiledConvolution.js";

const convolutions = new Set(["Conv"]);

/** Share of the multiplications of frozen layers that tiles have to save half of, for blocks to be named. */
const leastShare = 2 / 3;

/**
 * Whether a graph that finds gradients through frozen convolutions runs faster on named kernels for blocks than on those
 * that ONNX Runtime brings in itself: where most of the work is done by tiles, see `docs/benchmarks.md`.
 */
export function takesFrozen(graph: Graph): boolean {
  const frozen = graph.nodes.filter(isFrozenConvolution);
  // The gradient for an image is a convolution whose weights are rearranged.
  if (!frozen.some(({ inputs }) => inputs[1]?.constant === undefined)) return false;
  const all = frozen.reduce((sum, node) => sum + workOf(node), 0);
  const tiled = frozen.filter(isTiled).reduce((sum, node) => sum + workOf(node), 0);
  return tiled >= leastShare * all;
}

function isFrozenConvolution(node: Node): boolean {
  const [x, w] = node.inputs;
  return isStandard(node, convolutions) && x?.rank === 4 && x.dtype === "float32" && isKnown(w);
}

/** Multiplications of a convolution. */
function workOf({ inputs: [, w], outputs: [y] }: Node): number {
  const weights = w as Value;
  return (sizeOf((y as Value).shape) * sizeOf(weights.shape)) / weights.size(0);
}

function isTiled({ inputs: [x, w], attributes }: Node): boolean {
  const [image, weights] = [(x as Value).shape, (w as Value).shape];
  const window = readWindow(attributes, image.slice(2), weights.slice(2));
  return isTiledFaster({ image, weights, window, group: attributes.int("group", 1), isFrozen: true });
}
