import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { clip } from "../../../engine/ops/clip.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { sub } from "../../../engine/ops/sub.js";
import { converting, type FieldsOf, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { type DataFormat, dataFormat, SpatialLayer } from "../base/spatial.js";
import { drawn, type Range, valueRange } from "./randomFactor.js";

export interface RandomContrastOptions extends LayerOptions {
  /** How much less and more contrast there may be: f for 1 − f to 1 + f times, or [less, more]; each from 0 to 1. */
  readonly factor: number | Range;
  /** The least and the largest value of a pixel. Default: [0, 255]. */
  readonly valueRange?: Range | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const isShare = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 1;

const fields = {
  factor: converting("a number from 0 to 1, or [less, more]", (value): Range | undefined => {
    const [less, more]: readonly unknown[] = Array.isArray(value) ? value : [value, value];
    return isShare(less) && isShare(more) ? [less, more] : undefined;
  }),
  valueRange: valueRange([0, 255]),
  dataFormat,
} satisfies FieldsOf<Own<RandomContrastOptions>>;

/** The layer behind {@link randomContrast}. */
export class RandomContrast extends SpatialLayer {
  readonly type = "randomContrast";
  protected readonly spatialRank = 2;
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: RandomContrastOptions) {
    super(options);
    this.#settings = readLayerOptions("randomContrast", options, fields);
  }

  get dataFormat(): DataFormat {
    return this.#settings.dataFormat;
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
    const first = this.channelsAxis === 1 ? 2 : 1;
    const mean = reduceMean(x, { axes: [first, first + 1], keepDims: true });
    const times = drawn(context, x.size(0), [1 - factor[0], 1 + factor[1]]);
    return clip(add(mul(sub(x, mean), times), mean), ...values);
  }
}

/**
 * In training, brings the pixels of each image nearer to the mean of their channel or away from it, and cuts them to `valueRange`;
 * elsewhere it gives its input.
 *
 * Takes `[batch, height, width, channels]` and gives the same shape, in float32.
 *
 * @throws on an unknown option, on a factor outside of 0 to 1, when called on another rank
 */
export const randomContrast = layerMaker(RandomContrast);
