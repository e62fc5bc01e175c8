import type { Value } from "../graph/graph.js";
import { slice } from "../ops/slice.js";
import { channelBlock } from "./device.js";
import { isKnown } from "./isKnown.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";

const splits = new Set(["Split"]);
const convolutions = new Set(["Conv"]);

/**
 * The channels of a convolution split up: one convolution for each piece. The pieces then stay in the layout of fast
 * convolutions, which a Split leaves, and no pass over the whole is needed.
 */
export const splitConvolutions: Rule = ({ node, inputs: [whole], graph, uses }) => {
  const source = producerOf(whole, convolutions);
  if (!isStandard(node, splits) || source === undefined || node.attributes.int("axis", 0) !== 1)
    return undefined;
  const [x, weights, bias] = source.inputs as [Value, Value, Value?];
  const sizes = node.outputs.map((part) => part.size(1));
  const fits = source.attributes.int("group", 1) === 1 && isKnown(weights) && isKnown(bias);
  if (!fits || uses(node.inputs[0] as Value) !== 1 || sizes.some((size) => size % channelBlock !== 0))
    return undefined;
  let end = 0;
  return sizes.map((size) => {
    const part = { starts: [end], ends: [end + size], axes: [0] };
    end += size;
    const parts = [x, slice(weights, part), ...(bias === undefined ? [] : [slice(bias, part)])];
    return graph.emit(source.operator, parts, source.attributes)[0] as Value;
  });
};
