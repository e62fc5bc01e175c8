import type { Value } from "../graph/graph.js";
import { slice } from "../ops/slice.js";
import { sum } from "../ops/sum.js";
import { channelBlock, type Device } from "./device.js";
import { isKnown } from "./isKnown.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";

const concats = new Set(["Concat"]);
const convolutions = new Set(["Conv"]);

/** Each sum is written once more. */
const mostParts = 2;

/**
 * A convolution of channels put together from parts, which nothing else uses: the sum of a convolution of each part.
 * A sum is part of the later convolution, so the pass that puts the parts together is saved.
 *
 * Weights of one element that change, too, where the device takes their convolutions in blocks; their gradient takes parts as well.
 */
export const blockedConcats =
  (device: Device): Rule =>
  ({ node, inputs: [image, weights, bias], graph, uses }) => {
    const whole = producerOf(image, concats);
    if (!isStandard(node, convolutions) || whole === undefined || whole.attributes.int("axis") !== 1)
      return undefined;
    const parts = whole.inputs as Value[];
    const isFrozen = isKnown(weights) && isKnown(bias) && uses(node.inputs[0] as Value) === 1;
    const isTaken = device.namedBlocks === true && weights?.shape.slice(2).join() === "1,1";
    const fits = node.attributes.int("group", 1) === 1 && (isFrozen || isTaken) && image?.rank === 4;
    if (!fits || parts.length > mostParts) return undefined;
    if (parts.some((part) => part.size(1) % channelBlock !== 0)) return undefined;
    let end = 0;
    const products = parts.map((part, index) => {
      const own = { starts: [end], ends: [end + part.size(1)], axes: [1] };
      end = own.ends[0] as number;
      const operands = [
        part,
        slice(weights as Value, own),
        ...(index === 0 && bias !== undefined ? [bias] : []),
      ];
      return graph.emit(node.operator, operands, node.attributes)[0] as Value;
    });
    return [products.reduce((a, b) => sum(a, b))];
  };
