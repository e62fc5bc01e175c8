import type { Value } from "../../../engine/graph/graph.js";
import { expand } from "../../../engine/ops/expand.js";
import { layerNormalization as emitLayerNormalization } from "../../../engine/ops/layerNormalization.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { type FieldsOf, number, type ReadOf } from "../../../engine/options.js";
import { normalizeAxes } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { layerMaker } from "../base/layerMaker.js";
import { axes, knownSize, type Own, onlyInput, readLayerOptions, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { AffineLayer, type AffineOptions, affineFields } from "./affine.js";

export interface LayerNormalizationOptions extends AffineOptions {
  /** The axis, or several, normalised together. Default: −1, the last. */
  readonly axis?: number | readonly number[] | undefined;
  /** Added to the variance. Default: 0.001. */
  readonly epsilon?: number | undefined;
}

const fields = {
  axis: axes(-1),
  epsilon: number({ default: 1e-3, min: 0 }),
  ...affineFields,
} satisfies FieldsOf<Own<LayerNormalizationOptions>>;

/** The layer behind {@link layerNormalization}. Variables: gamma and beta, of the sizes of the axes. */
export class LayerNormalization extends AffineLayer {
  readonly type = "layerNormalization";
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("layerNormalization", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  #axes(rank: number): number[] {
    return normalizeAxes([this.#settings.axis].flat(), rank);
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    this.#axes(x.shape.length);
  }

  protected override build([x]: readonly [OpenType]): void {
    const { center, scale } = this.#settings;
    if (!center && !scale) return;
    const sizes = this.#axes(x.shape.length).map((axis) => knownSize(this, x, axis));
    this.addAffine(this.#settings, sizes);
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const last = this.#axes(x.rank);
    const first = x.shape.map((_, axis) => axis).filter((axis) => !last.includes(axis));
    const order = [...first, ...last];
    const turned = order.every((axis, index) => axis === index);
    const normal = this.#normalize(turned ? x : transpose(x, order), first.length, context);
    return turned
      ? normal
      : transpose(
          normal,
          order.map((_, axis) => order.indexOf(axis)),
        );
  }

  /** Over all axes from `axis`. */
  #normalize(x: Value, axis: number, context: CallContext): Value {
    const { gamma, beta } = this.affine(context);
    const scale = gamma ?? expand(x.graph.scalar(1, x.dtype), x.shape.slice(axis));
    return emitLayerNormalization(x, scale, beta, { axis, epsilon: this.#settings.epsilon });
  }
}

/**
 * (x − mean) / √(variance + ε) · gamma + beta, with mean and variance over one axis or several of each sample
 * (Ba, Kiros and Hinton 2016).
 *
 * Takes any shape whose sizes along the axes are known and gives the same.
 *
 * @throws on an unknown option, and when called on a tensor without the axes or with open sizes there
 */
export const layerNormalization = layerMaker(LayerNormalization);
