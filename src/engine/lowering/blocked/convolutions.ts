import type { Node, Value } from "../../graph/graph.js";
import { readWindow, type Window } from "../../ops/conv/window.js";
import { isKnown } from "../isKnown.js";
import { isStandard, type Rule } from "../rewrite.js";
import type { FormStore } from "./formStore.js";
import { blocked, padded } from "./images.js";
import { block, blockedConv, blockedSource, inBlocks, reorderOutput } from "./operators.js";
import { isTiledFaster, tiledConvolution } from "./tiledConvolution.js";
import { arranged, scaledView, type View, viewOf } from "./weights/blockedWeights.js";

const convolutions = new Set(["Conv"]);

/** Most multiplications with blocks filled up, to one without. */
const mostWork = 2;

/** How a convolution of so many channels is done in blocks. */
interface Plan {
  /** Whether its image comes in blocks; with fewer channels than one it stays as it is. */
  readonly image: boolean;
  readonly group: number;
}

/** How to do it in blocks; `undefined` where that is not possible or does not pay. */
export function planOf(channels: number, [out, inside]: readonly number[], group: number): Plan | undefined {
  const [filled, given] = [inBlocks(out as number), inBlocks(channels)];
  if (group > 1) {
    const isDepthwise = inside === 1 && out === channels && group === channels;
    return isDepthwise && filled <= mostWork * channels ? { image: true, group: filled } : undefined;
  }
  const image = channels >= block;
  const work = (filled * (image ? given : channels)) / ((out as number) * channels);
  return work <= mostWork ? { image, group: 1 } : undefined;
}

/** A window's pads as operators have them. */
const padsOf = ({ before, after }: Window): number[] => [...before, ...after];

/**
 * A convolution whose weights change, or whose image is in blocks already, by the kernel for blocks of channels: ONNX
 * Runtime brings only those into blocks whose weights it knows.
 *
 * @param ofFrozen whether those that it knows are taken too
 */
export const blockedConvolutions =
  (store: FormStore, ofFrozen: boolean): Rule =>
  ({ node, inputs, graph }) => {
    const [x, w, bias] = inputs as [Value, Value, Value?];
    if (!isStandard(node, convolutions) || graph.parent !== undefined) return undefined;
    if (x.rank !== 4 || x.dtype !== "float32") return undefined;
    const source = blockedSource(x);
    if (source === undefined && !ofFrozen && isKnown(w)) return undefined;
    const plan = planOf(x.size(1), w.shape, node.attributes.int("group", 1));
    if (plan === undefined) return undefined;
    // A block's worth of channels at most is read as it is; what lies in blocks stays there.
    const image = plan.image || source !== undefined;
    const { image: read, factor } = image ? store.scaledSource(blocked(x)) : { image: x, factor: undefined };
    const view = factor === undefined ? viewOf(w) : scaledView(viewOf(w), plan.group > 1 ? 0 : 1, factor);
    return [emitted(node, { x: read, w, view, bias, image, group: plan.group })];
  };

interface Operands {
  readonly x: Value;
  readonly w: Value;
  readonly view: View;
  readonly bias: Value | undefined;
  readonly image: boolean;
  readonly group: number;
}

function emitted(node: Node, { x, w, view, bias, image, group }: Operands): Value {
  const window = readWindow(node.attributes, x.shape.slice(2), w.shape.slice(2));
  const out = w.size(0);
  const sizes = { image: x.shape, weights: w.shape, window, group, isFrozen: isKnown(view.root) };
  if (image && isTiledFaster(sizes)) return reorderOutput(tiledConvolution(x, view, { bias, window }), out);
  const result = blockedConv(x, arranged(view, image && group === 1), {
    bias: bias && padded(bias, 0, inBlocks(out)),
    strides: window.strides,
    dilations: window.dilations,
    pads: padsOf(window),
    group,
  });
  return reorderOutput(result, out);
}
