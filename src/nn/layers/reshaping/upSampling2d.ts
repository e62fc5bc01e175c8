import type { Value } from "../../../engine/graph/graph.js";
import { type ResizeOptions, resize } from "../../../engine/ops/resize.js";
import { type FieldsOf, oneOf, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { DataFormat } from "../base/spatial.js";
import { dataFormat, type Sizes, SpatialLayer, sizes } from "../base/spatial.js";

/** What stands between pixels: the nearest one again, or a mixture of the four around. */
export type UpSamplingInterpolation = "nearest" | "bilinear";

export interface UpSampling2dOptions extends LayerOptions {
  /** How many times as high and wide the image becomes. Default: 2. */
  readonly size?: Sizes | undefined;
  /** Default: nearest. */
  readonly interpolation?: UpSamplingInterpolation | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = {
  size: sizes(2, { fallback: 2 }),
  interpolation: oneOf(["nearest", "bilinear"], "nearest"),
  dataFormat,
} satisfies FieldsOf<Own<UpSampling2dOptions>>;

const interpolations: Readonly<Record<UpSamplingInterpolation, Omit<ResizeOptions, "scales">>> = {
  nearest: { mode: "nearest", coordinateTransformationMode: "asymmetric", nearestMode: "floor" },
  bilinear: { mode: "linear", coordinateTransformationMode: "half_pixel" },
};

/** The layer behind {@link upSampling2d}. */
export class UpSampling2d extends SpatialLayer {
  readonly type = "upSampling2d";
  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  protected readonly spatialRank = 2;
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: UpSampling2dOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("upSampling2d", options, fields);
  }

  get dataFormat(): DataFormat {
    return this.#settings.dataFormat;
  }

  get config(): Config {
    return { ...this.#settings };
  }

  call([x]: readonly [Value]): Value {
    const { size, interpolation } = this.#settings;
    return this.onChannelsFirst(x, (image) =>
      resize(image, { scales: [1, 1, ...size], ...interpolations[interpolation] }),
    );
  }
}

/**
 * An image `size` times as high and wide.
 *
 * Takes `[batch, height, width, channels]` and gives `[batch, height · size, width · size, channels]`.
 *
 * @throws on an unknown option, and when called on another rank
 */
export const upSampling2d = layerMaker(UpSampling2d);
