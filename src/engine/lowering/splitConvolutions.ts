import type { Value } from "../graph/graph.js";
import { slice } from "../ops/slice.js";
import { channelBlock, type Device } from "./device.js";
import { isKnown } from "./isKnown.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";

const splits = new Set(["Split"]);
const convolutions = new Set(["Conv", "ConvTranspose"]);

/**
 * The channels of a convolution split up: one convolution for each piece. The pieces then stay in the layout of fast
 * convolutions, which a Split leaves, and no pass over the whole is needed. Weights that change are split up in each run, where
 * the device takes such convolutions in blocks.
 */
export const splitConvolutions =
  (device: Device): Rule =>
  ({ node, inputs: [whole], graph, uses }) => {
    const source = producerOf(whole, convolutions);
    if (!isStandard(node, splits) || source === undefined || node.attributes.int("axis", 0) !== 1)
      return undefined;
    const [x, weights, bias] = source.inputs as [Value, Value, Value?];
    const sizes = node.outputs.map((part) => part.size(1));
    const isBlocked = device.namedBlocks === true && whole?.rank === 4;
    const isTransposed = source.operator.type === "ConvTranspose";
    const isTaken = isBlocked || (!isTransposed && isKnown(weights) && isKnown(bias));
    const fits = source.attributes.int("group", 1) === 1 && isTaken;
    const axis = isTransposed ? 1 : 0;
    if (!fits || uses(node.inputs[0] as Value) !== 1 || sizes.some((size) => size % channelBlock !== 0))
      return undefined;
    let end = 0;
    return sizes.map((size) => {
      const range = { starts: [end], ends: [end + size] };
      end += size;
      const own = slice(weights, { ...range, axes: [axis] });
      const parts = [x, own, ...(bias === undefined ? [] : [slice(bias, { ...range, axes: [0] })])];
      return graph.emit(source.operator, parts, source.attributes)[0] as Value;
    });
  };
