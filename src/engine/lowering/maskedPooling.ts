import type { Node, Value } from "../graph/graph.js";
import { cast } from "../ops/cast.js";
import { greater } from "../ops/greater.js";
import { mul } from "../ops/mul.js";
import { split } from "../ops/split.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";
import { type ScatteredPool, scatteredAgain, scatteredImage } from "./scatteredPool.js";
import { uniformNumber } from "./uniform.js";

const products = new Set(["Mul"]);
const casts = new Set(["Cast"]);
const comparisons = new Set(["Greater"]);
const splits = new Set(["Split"]);
const concats = new Set(["Concat"]);
const rectifiers = new Set(["Relu"]);

/** The value of whose elements `mask` is 1 where they are above 0, and 0 elsewhere. */
function maskedBy(mask: Value | undefined): Value | undefined {
  const [x, zero] = producerOf(producerOf(mask, casts)?.inputs[0], comparisons)?.inputs ?? [];
  return x?.dtype === mask?.dtype && zero?.rank === 0 && uniformNumber(zero) === 0 ? x : undefined;
}

const ofPositive = (found: ScatteredPool): Value =>
  scatteredAgain(found, (dy, y) => mul(dy, cast(greater(y, 0), dy.dtype)));

/**
 * The gradient of a pooling by maxima, times the mask of what is above 0 in its image: the maxima decide, of which there are fewer,
 * since a window's gradient goes to an element that equals its maximum. The same where the image was put together
 * of rectified parts, and each part's gradient is masked by itself.
 */
export function maskedPooling(): Rule {
  const pieces = new Map<Node, readonly Value[]>();
  return ({ node, inputs }) => {
    if (!isStandard(node, products)) return undefined;
    for (const [gradient, mask] of [inputs, inputs.toReversed()]) {
      const x = maskedBy(mask);
      if (x === undefined) continue;
      const found = scatteredImage(gradient);
      if (found?.x === x) return [ofPositive(found)];
      const piece = pieceOf(gradient, x, pieces);
      if (piece !== undefined) return [piece];
    }
    return undefined;
  };
}

/** The part for `x` of a gradient that is split up as its image was put together. */
function pieceOf(
  gradient: Value | undefined,
  x: Value,
  pieces: Map<Node, readonly Value[]>,
): Value | undefined {
  const cut = producerOf(gradient, splits);
  const found = scatteredImage(cut?.inputs[0]);
  const whole = producerOf(found?.x, concats);
  if (cut === undefined || found === undefined || whole === undefined) return undefined;
  const index = cut.outputs.indexOf(gradient as Value);
  const axis = whole.attributes.int("axis");
  const sizes = cut.outputs.map(({ shape }) => shape[axis] as number);
  const fits =
    axis === cut.attributes.int("axis", 0) &&
    whole.inputs[index] === x &&
    whole.inputs.length === sizes.length &&
    whole.inputs.every(
      (part, at) => part?.shape[axis] === sizes[at] && producerOf(part, rectifiers) !== undefined,
    );
  if (!fits) return undefined;
  const known = pieces.get(cut) ?? split(ofPositive(found), { axis, sizes });
  pieces.set(cut, known);
  return known[index];
}
