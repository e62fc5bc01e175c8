import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { clip } from "../../../engine/ops/clip.js";
import type { FieldsOf, ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { type DataFormat, SpatialLayer } from "../base/spatial.js";
import { drawn, type Range, rangeField, valueRange } from "./randomFactor.js";

export interface RandomBrightnessOptions extends LayerOptions {
  /** How much is added, in shares of the value range: f for −f to f, or [lower, upper]; each from −1 to 1. */
  readonly factor: number | Range;
  /** The least and the largest value of a pixel. Default: [0, 255]. */
  readonly valueRange?: Range | undefined;
}

const fields = {
  factor: rangeField({ min: -1, max: 1 }),
  valueRange: valueRange([0, 255]),
} satisfies FieldsOf<Own<RandomBrightnessOptions>>;

/** The layer behind {@link randomBrightness}. */
export class RandomBrightness extends SpatialLayer {
  readonly type = "randomBrightness";
  protected readonly spatialRank = 2;
  // Wherever the channels stand, all are treated alike.
  readonly dataFormat: DataFormat = "channelsLast";
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: RandomBrightnessOptions) {
    super(options);
    this.#settings = readLayerOptions("randomBrightness", options, fields);
  }

  get config(): Config {
    return { ...this.#settings };
  }

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  call([x]: readonly [Value], context: CallContext): Value {
    if (!context.training) return x;
    const { factor, valueRange: values } = this.#settings;
    const span = values[1] - values[0];
    const added = drawn(context, x.size(0), [factor[0] * span, factor[1] * span]);
    return clip(add(x, added), ...values);
  }
}

/**
 * In training, makes each image lighter or darker, and cuts its pixels to `valueRange`; elsewhere it gives its input.
 *
 * Takes `[batch, height, width, channels]` (or channels first) and gives the same shape, in float32.
 *
 * @throws on an unknown option, on a factor outside of −1 to 1, when called on another rank
 */
export const randomBrightness = layerMaker(RandomBrightness);
