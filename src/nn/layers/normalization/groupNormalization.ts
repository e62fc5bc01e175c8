import type { Value } from "../../../engine/graph/graph.js";
import { square } from "../../../engine/ops/composed/square.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { sub } from "../../../engine/ops/sub.js";
import { type FieldsOf, number, type ReadOf } from "../../../engine/options.js";
import { normalizeAxis } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { layerMaker } from "../base/layerMaker.js";
import {
  describeInput,
  knownSize,
  type Own,
  onlyInput,
  readLayerOptions,
  settingsConfig,
} from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { AffineLayer, type AffineOptions, affineFields } from "./affine.js";
import { normalized } from "./normalized.js";

export interface GroupNormalizationOptions extends AffineOptions {
  /** How many groups the channels form; −1: each channel by itself (instance normalisation). Default: 32. */
  readonly groups?: number | undefined;
  /** The axis of the channels. Default: −1, the last. */
  readonly axis?: number | undefined;
  /** Added to the variance. Default: 0.001. */
  readonly epsilon?: number | undefined;
}

const fields = {
  groups: number({ default: 32, min: -1, integer: true }),
  axis: number({ default: -1, integer: true }),
  epsilon: number({ default: 1e-3, min: 0 }),
  ...affineFields,
} satisfies FieldsOf<Own<GroupNormalizationOptions>>;

/** The layer behind {@link groupNormalization}. Variables: gamma and beta `[channels]`. */
export class GroupNormalization extends AffineLayer {
  readonly type = "groupNormalization";
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("groupNormalization", options, fields);
    if (this.#settings.groups === 0) {
      throw this.error("groups must be a whole number from 1, or -1 for one a channel, received 0");
    }
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    const axis = normalizeAxis(this.#settings.axis, x.shape.length);
    const channels = knownSize(this, x, axis);
    if (axis === 0) throw this.error("axis must not be the batch");
    if (channels % this.#groups(channels) === 0) return;
    throw this.error(
      `the number of channels must be a multiple of groups, received ${channels} channels in ${describeInput(x)} ` +
        `for ${this.#settings.groups} groups`,
    );
  }

  #groups(channels: number): number {
    return this.#settings.groups === -1 ? channels : this.#settings.groups;
  }

  protected override build([x]: readonly [OpenType]): void {
    this.addAffine(this.#settings, [knownSize(this, x, this.#settings.axis)]);
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const axis = normalizeAxis(this.#settings.axis, x.rank);
    const channels = x.size(axis);
    const groups = this.#groups(channels);
    /** `channels` split in groups, the other axes as `others` says. */
    const grouped = (others: (size: number) => number): number[] =>
      x.shape.flatMap((size, at) => (at === axis ? [groups, channels / groups] : [others(size)]));
    const values = reshape(
      x,
      grouped((size) => size),
    );
    const over = values.shape.map((_, at) => at).filter((at) => at !== 0 && at !== axis);
    const mean = reduceMean(values, { axes: over, keepDims: true });
    const variance = reduceMean(square(sub(values, mean)), { axes: over, keepDims: true });
    const { gamma, beta } = this.affine(context);
    const shape = grouped(() => 1);
    const output = normalized(values, { mean, variance }, this.#settings.epsilon, {
      gamma: gamma && reshape(gamma, shape),
      beta: beta && reshape(beta, shape),
    });
    return reshape(output, x.shape);
  }
}

/**
 * (x − mean) / √(variance + ε) · gamma + beta, with mean and variance over groups of channels of each sample
 * (Wu and He 2018).
 *
 * Takes `[batch, …, channels]` and gives the same shape.
 *
 * @throws on an unknown option, and where the number of channels is open or no multiple of `groups`
 */
export const groupNormalization = layerMaker(GroupNormalization);
