import type { Graph, Node, Value } from "../graph/graph.js";
import type { Inputs } from "../graph/operator.js";
import { cast } from "../ops/cast.js";
import { greater } from "../ops/greater.js";
import { mul } from "../ops/mul.js";
import { split } from "../ops/split.js";
import { sameShape } from "../tensor/shape.js";
import { isRectified, scatteredWithin } from "./borderedPooling.js";
import { comparedWithZero } from "./positiveMasks.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";
import { type ScatteredPool, scatteredAgain, scatteredImage } from "./scatteredPool.js";

const products = new Set(["Mul"]);
const casts = new Set(["Cast"]);
const splits = new Set(["Split"]);
const concats = new Set(["Concat"]);
const sums = new Set(["Add", "Sum"]);

/** The value of whose elements `mask` is 1 where they are above 0, and 0 elsewhere. */
function maskedBy(mask: Value | undefined): Value | undefined {
  const x = comparedWithZero(producerOf(mask, casts)?.inputs[0]);
  return x?.dtype === mask?.dtype ? x : undefined;
}

const ofPositive = (found: ScatteredPool): Value =>
  scatteredAgain(found, (dy, y) => mul(dy, cast(greater(y, 0), dy.dtype)));

/** A gradient split up as an image was put together, and masked by what of that image is above 0. */
interface Masked {
  /** What the image was put together of. */
  readonly parts: Inputs;
  /** The masked gradient of each part. */
  readonly gradients: readonly Value[];
}

/**
 * The gradient of a pooling by maxima, times the mask of what is above 0 in its image: the maxima decide, of which
 * there are fewer, since a window's gradient goes to an element that equals its maximum.
 *
 * Where an image was put together of rectified parts, and its gradient is split up to be masked part by part: the
 * mask of the whole, and then the parts.
 */
export function maskedPooling(): Rule {
  const known = new Map<Node, Masked>();
  return ({ node, inputs, graph }) => {
    if (!isStandard(node, products)) return undefined;
    for (const [gradient, mask] of [inputs, inputs.toReversed()]) {
      const x = maskedBy(mask);
      if (x === undefined) continue;
      const found = scattered(gradient);
      if (found?.x === x) return [ofPositive(found)];
      const cut = producerOf(gradient, splits);
      if (cut === undefined) continue;
      const index = cut.outputs.indexOf(gradient as Value);
      const masked = known.get(cut) ?? maskedPieces(cut, index, x, graph);
      if (masked?.parts[index] !== x) continue;
      known.set(cut, masked);
      return [masked.gradients[index] as Value];
    }
    return undefined;
  };
}

/** The pieces of a gradient that is split up as an image was put together, whose part `index` is `x`. */
function maskedPieces(cut: Node, index: number, x: Value, graph: Graph): Masked | undefined {
  const [gradient] = cut.inputs as [Value];
  const found = scattered(gradient);
  if (found === undefined && producerOf(gradient, sums) === undefined) return undefined;
  const axis = cut.attributes.int("axis", 0);
  const sizes = cut.outputs.map((part) => part.size(axis));
  const concatenation = graph.nodes.find(
    (node) =>
      isStandard(node, concats) &&
      node.attributes.int("axis") === axis &&
      node.inputs[index] === x &&
      node.inputs.length === sizes.length &&
      node.inputs.every((part, at) => part?.size(axis) === sizes[at] && isRectified(part)),
  );
  const whole = concatenation?.outputs[0];
  if (concatenation === undefined || whole === undefined || !sameShape(whole.shape, gradient.shape))
    return undefined;
  if (found !== undefined && found.x !== whole) return undefined;
  const masked =
    found === undefined ? mul(gradient, cast(greater(whole, 0), gradient.dtype)) : ofPositive(found);
  return { parts: concatenation.inputs, gradients: split(masked, { axis, sizes }) };
}

/** A pooling's gradient for its image, or for what of that is within a border of zeros. */
const scattered = (gradient: Value | undefined): ScatteredPool | undefined =>
  scatteredImage(gradient) ?? scatteredWithin(gradient);
