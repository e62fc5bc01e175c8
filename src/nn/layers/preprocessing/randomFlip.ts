import type { Value } from "../../../engine/graph/graph.js";
import { reverse } from "../../../engine/ops/composed/reverse.js";
import { less } from "../../../engine/ops/less.js";
import { where } from "../../../engine/ops/where.js";
import { type FieldsOf, oneOf, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { type DataFormat, dataFormat, SpatialLayer } from "../base/spatial.js";

export interface RandomFlipOptions extends LayerOptions {
  /** Left to right, upside down, or each by itself. Default: horizontalAndVertical. */
  readonly mode?: "horizontal" | "vertical" | "horizontalAndVertical" | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = {
  mode: oneOf(["horizontal", "vertical", "horizontalAndVertical"], "horizontalAndVertical"),
  dataFormat,
} satisfies FieldsOf<Own<RandomFlipOptions>>;

/** The layer behind {@link randomFlip}. */
export class RandomFlip extends SpatialLayer {
  readonly type = "randomFlip";
  protected readonly spatialRank = 2;
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: RandomFlipOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("randomFlip", options, fields);
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
    const { mode } = this.#settings;
    const first = this.channelsAxis === 1 ? 2 : 1;
    const axes = [...(mode === "vertical" ? [] : [first + 1]), ...(mode === "horizontal" ? [] : [first])];
    return axes.reduce((image, axis) => {
      const turned = less(context.random([image.size(0), 1, 1, 1]), 0.5);
      return where(turned, reverse(image, [axis]), image);
    }, x);
  }
}

/**
 * In training, turns half of the images left to right, or upside down; elsewhere it gives its input.
 *
 * Takes `[batch, height, width, channels]` and gives the same shape, in float32.
 *
 * @throws on an unknown option, when called on another rank
 */
export const randomFlip = layerMaker(RandomFlip);
