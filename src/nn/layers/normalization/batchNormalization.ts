import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { and } from "../../../engine/ops/and.js";
import { cast } from "../../../engine/ops/cast.js";
import { square } from "../../../engine/ops/composed/square.js";
import { div } from "../../../engine/ops/div.js";
import { expand } from "../../../engine/ops/expand.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { sub } from "../../../engine/ops/sub.js";
import { where } from "../../../engine/ops/where.js";
import { type FieldsOf, number, type ReadOf } from "../../../engine/options.js";
import { normalizeAxis } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import { epsilon as fuzz } from "../../config/epsilon.js";
import type { Initializer } from "../../initializers/initializer.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type CallContext, samplesOf } from "../base/context.js";
import { layerMaker } from "../base/layerMaker.js";
import {
  knownSize,
  type Own,
  onlyInput,
  readLayerOptions,
  resolved,
  settingsConfig,
} from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";
import { maskOfRank } from "../merging/merge.js";
import { AffineLayer, type AffineOptions, affineFields } from "./affine.js";
import { type Moments, normalized } from "./normalized.js";

export interface BatchNormalizationOptions extends AffineOptions {
  /** The axis of the channels, each of which is normalised by itself. Default: −1, the last. */
  readonly axis?: number | undefined;
  /** Share of the moving statistics that a step keeps. Default: 0.99. */
  readonly momentum?: number | undefined;
  /** Added to the variance. Default: 0.001. */
  readonly epsilon?: number | undefined;
  /** Default: zeros. */
  readonly movingMeanInitializer?: InitializerSpec | undefined;
  /** Default: ones. */
  readonly movingVarianceInitializer?: InitializerSpec | undefined;
}

const fields = {
  axis: number({ default: -1, integer: true }),
  momentum: number({ default: 0.99, min: 0, max: 1 }),
  epsilon: number({ default: 1e-3, min: 0 }),
  ...affineFields,
  movingMeanInitializer: resolved(initializer, "zeros"),
  movingVarianceInitializer: resolved(initializer, "ones"),
} satisfies FieldsOf<Own<BatchNormalizationOptions>>;

/**
 * The layer behind {@link batchNormalization}. Variables: gamma and beta, and, not trained, movingMean and
 * movingVariance, each `[channels]`.
 */
export class BatchNormalization extends AffineLayer {
  readonly type = "batchNormalization";
  readonly #settings: ReadOf<typeof fields>;
  #movingMean!: Variable;
  #movingVariance!: Variable;

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("batchNormalization", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    knownSize(this, x, normalizeAxis(this.#settings.axis, x.shape.length));
  }

  protected override build([x]: readonly [OpenType]): void {
    const shape = [knownSize(this, x, this.#settings.axis)];
    this.addAffine(this.#settings, shape);
    const statistic = (name: string, first: Initializer): Variable =>
      this.addWeight({ name, shape, initializer: first, trainable: false });
    this.#movingMean = statistic("movingMean", this.#settings.movingMeanInitializer);
    this.#movingVariance = statistic("movingVariance", this.#settings.movingVarianceInitializer);
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const axis = normalizeAxis(this.#settings.axis, x.rank);
    const shape = x.shape.map((size, at) => (at === axis ? size : 1));
    const { gamma, beta } = this.affine(context);
    const learns = context.training && !context.isFrozen(this.#movingMean);
    const moments = learns ? this.#batchMoments(x, axis, context) : this.#movingMoments(context);
    const { mean, variance } = moments;
    return normalized(
      x,
      { mean: reshape(mean, shape), variance: reshape(variance, shape) },
      this.#settings.epsilon,
      { gamma: gamma && reshape(gamma, shape), beta: beta && reshape(beta, shape) },
    );
  }

  #movingMoments(context: CallContext): Moments {
    return { mean: context.weight(this.#movingMean), variance: context.weight(this.#movingVariance) };
  }

  /** The batch's own moments, towards which the moving ones go. */
  #batchMoments(x: Value, axis: number, context: CallContext): Moments {
    const mask = countedMask(x, context);
    const over = x.shape.map((_, at) => at).filter((at) => at !== axis);
    const moments = mask === undefined ? plainMoments(x, over) : maskedMoments(x, over, mask);
    context.ofPart?.(moments.mean);
    context.ofPart?.(moments.variance);
    const move = (variable: Variable, value: Value): void => {
      const { momentum } = this.#settings;
      const kept = mul(context.weight(variable), momentum);
      context.update(variable, add(kept, mul(value, 1 - momentum)));
    };
    move(this.#movingMean, moments.mean);
    move(this.#movingVariance, moments.variance);
    return moments;
  }
}

/** Which samples and steps count, with the axes of `x`; `undefined` where all do. */
function countedMask(x: Value, context: CallContext): Value | undefined {
  const known = [context.masks[0], samplesOf(context, x.size(0))].filter((mask) => mask !== undefined);
  return known
    .map((mask) => maskOfRank(mask, x.rank))
    .reduce<Value | undefined>((a, b) => (a ? and(a, b) : b), undefined);
}

/** Mean and variance over axes; what is left is one axis. */
function plainMoments(x: Value, axes: readonly number[]): Moments {
  const mean = reduceMean(x, { axes, keepDims: true });
  const variance = reduceMean(square(sub(x, mean)), { axes });
  return { mean: reshape(mean, variance.shape), variance };
}

/** The same over the steps that count. */
function maskedMoments(x: Value, axes: readonly number[], mask: Value): Moments {
  const counts = expand(mask, x.shape);
  const total = add(reduceSum(cast(counts, x.dtype), { axes, keepDims: true }), fuzz);
  const mean = div(reduceSum(where(counts, x, 0), { axes, keepDims: true }), total);
  const spread = reduceSum(where(counts, square(sub(x, mean)), 0), { axes, keepDims: true });
  const size = [x.shape.reduce((product, each, axis) => (axes.includes(axis) ? product : product * each), 1)];
  return { mean: reshape(mean, size), variance: reshape(div(spread, total), size) };
}

/**
 * (x − mean) / √(variance + ε) · gamma + beta for each channel (Ioffe and Szegedy 2015). In training mean and
 * variance are those of the batch, over the steps that a mask leaves; elsewhere, and in a frozen layer, they
 * are moving averages of what training saw.
 *
 * Takes `[batch, …, channels]` and gives the same shape.
 *
 * @throws on an unknown option, and when called on a tensor whose number of channels is open
 */
export const batchNormalization = layerMaker(BatchNormalization);
