import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { clip } from "../../engine/ops/clip.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { exp } from "../../engine/ops/exp.js";
import { logSoftmax } from "../../engine/ops/logSoftmax.js";
import { mul } from "../../engine/ops/mul.js";
import { neg } from "../../engine/ops/neg.js";
import { reduceLogSumExp } from "../../engine/ops/reduceLogSumExp.js";
import { softplus } from "../../engine/ops/softplus.js";
import { split } from "../../engine/ops/split.js";
import { squeeze } from "../../engine/ops/squeeze.js";
import { sub } from "../../engine/ops/sub.js";
import { tanh } from "../../engine/ops/tanh.js";
import { readOptions } from "../../engine/options.js";
import { formatShape, type Shape, sameShape } from "../../engine/tensor/shape.js";
import { configOf } from "../config/config.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields } from "./make.js";

/** Logarithms of deviations are kept within ± this: deviations between 0.0009 and 1097. */
export const mostLogDeviation = 7;
/** What correlations are the hyperbolic tangents of is kept within ± this: correlations up to 0.9999. */
export const mostCorrelation = 5;
/** How far a point may be, so that its square in deviations is no more than float32 holds. */
const farthest = 1e12;

const name = "mixtureDensityLoss";

/** The mixture that a prediction describes; each `[…, components]`, but for the logits `[…, 1]` of pen and end. */
interface Mixture {
  readonly pen: Value;
  readonly shares: Value;
  readonly means: readonly [x: Value, y: Value];
  readonly deviations: readonly [x: Value, y: Value];
  readonly correlation: Value;
  readonly end: Value | undefined;
}

/** How many components so many numbers describe; `undefined` where they describe none. */
function componentsOf(width: number): { readonly components: number; readonly ends: boolean } | undefined {
  const [components, rest] = [Math.floor(width / 6), width % 6];
  return components >= 1 && (rest === 1 || rest === 2) ? { components, ends: rest === 2 } : undefined;
}

function mixtureOf(prediction: Value): Mixture {
  const described = componentsOf(prediction.size(-1));
  if (described === undefined) {
    throw new ImagoError(
      `${name}: expected a prediction of 6 numbers for each component and 1 or 2 more, as the layer mixtureDensity gives it, ` +
        `received ${formatShape(prediction.shape)}.`,
    );
  }
  const { components: k, ends } = described;
  const sizes = [1, k, k, k, k, k, k, ...(ends ? [1] : [])];
  const [pen, shares, mx, my, sx, sy, r, end] = split(prediction, { axis: prediction.rank - 1, sizes });
  return {
    pen: pen as Value,
    shares: shares as Value,
    means: [mx as Value, my as Value],
    deviations: [sx as Value, sy as Value],
    correlation: r as Value,
    end,
  };
}

/** dx, dy, whether the pen is lifted, and whether the item ends there if the target says so; each `[…, 1]`. */
function pointOf(target: Value, prediction: Value): readonly [Value, Value, Value, Value?] {
  const before: Shape = prediction.shape.slice(0, -1);
  const fits = [3, 4].some((width) => sameShape(target.shape, [...before, width]));
  if (!fits) {
    throw new ImagoError(
      `${name}: expected a target of shape ${formatShape([...before, 3])} (dx, dy, pen lifted) or ` +
        `${formatShape([...before, 4])} (and end) for a prediction of shape ${formatShape(prediction.shape)}, ` +
        `received ${formatShape(target.shape)}.`,
    );
  }
  const sizes = new Array<number>(target.size(-1)).fill(1);
  const parts = split(toDtype(target, prediction.dtype), { axis: target.rank - 1, sizes });
  return parts as [Value, Value, Value, Value?];
}

/** −log of the probability of `truth`, 0 or 1, for a logit of 1. */
const ofLogit = (logit: Value, truth: Value): Value => sub(softplus(logit), mul(logit, truth));

/** The logarithms of each component's share of the density at a point: `[…, components]`. */
function logDensities({ shares, means, deviations, correlation }: Mixture, dx: Value, dy: Value): Value {
  const [sx, sy] = deviations.map((s) => clip(s, -mostLogDeviation, mostLogDeviation)) as [Value, Value];
  const [zx, zy] = [dx, dy].map((d, axis) =>
    mul(sub(clip(d, -farthest, farthest), means[axis] as Value), exp(neg(axis === 0 ? sx : sy))),
  ) as [Value, Value];
  const r = clip(correlation, -mostCorrelation, mostCorrelation);
  const rho = tanh(r);
  // log(1 − ρ²) = 2(ln 2 − |r| − log1p(e^(−2|r|))), which is the same without the absolute value.
  const logRest = mul(sub(add(r, Math.LN2), softplus(mul(r, 2))), 2);
  // (zx² + zy² − 2ρ zx zy) / (1 − ρ²) as a sum of squares, so that nothing cancels as ρ nears 1.
  const across = sub(zx, mul(rho, zy));
  const square = add(mul(mul(across, across), exp(neg(logRest))), mul(zy, zy));
  const scale = add(add(sx, sy), mul(add(square, logRest), 0.5));
  return sub(logSoftmax(shares), add(scale, Math.log(2 * Math.PI)));
}

/**
 * −log of the density of points that a pen goes, in nats a point, as the layer `mixtureDensity` describes it: a mixture of bivariate
 * Gaussians for (dx, dy), and the probability that the pen is lifted there.
 *
 * Targets are `[batch, …, 3]`: dx, dy, and 1 where the pen is lifted behind the point, else 0. With a fourth number, 1 where the item
 * ends and else 0, −log of the probability of that is added at points where the pen is lifted; without it the end counts nothing,
 * so that nats compare with those of networks that know no end.
 *
 * A density's nats depend on the unit that dx and dy are in. Logarithms of deviations are kept within ±7, correlations within
 * ±0.9999, and dx and dy within ±1e12; everything is finite then.
 *
 * Graves, "Generating sequences with recurrent neural networks", 2013, equations 18 to 26.
 *
 * @returns `[batch, …]`: one number for each point
 */
export function mixtureDensityLoss(options: LossOptions = {}): Loss {
  const config = readOptions(name, options, lossFields);
  return {
    name,
    config: configOf(config),
    reduction: config.reduction,
    targetDtype: "float32",
    targetFeatures: [3, 4],
    emit: (target, prediction) => {
      const mixture = mixtureOf(prediction);
      const [dx, dy, lifted, ended] = pointOf(target, prediction);
      const place = neg(reduceLogSumExp(logDensities(mixture, dx, dy), { axes: [-1], keepDims: true }));
      const point = add(place, ofLogit(mixture.pen, lifted));
      const { end } = mixture;
      const isCounted = end !== undefined && ended !== undefined;
      const all = isCounted ? add(point, mul(ofLogit(end, ended), lifted)) : point;
      return squeeze(all, [all.rank - 1]);
    },
  };
}
