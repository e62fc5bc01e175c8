import type { Value } from "../../../engine/graph/graph.js";
import { resize } from "../../../engine/ops/resize.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { SpatialLayer, sizes } from "../base/spatial.js";

export interface UpSampling1dOptions extends LayerOptions {
  /** How often each step comes. Default: 2. */
  readonly size?: number | undefined;
}

const fields = {
  size: sizes(1, { fallback: 2 }),
} satisfies FieldsOf<Own<UpSampling1dOptions>>;

/** The layer behind {@link upSampling1d}. */
export class UpSampling1d extends SpatialLayer {
  readonly type = "upSampling1d";
  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  protected readonly spatialRank = 1;
  readonly dataFormat = "channelsLast";
  readonly #size: readonly number[];

  constructor(options: UpSampling1dOptions = {}) {
    super(options);
    this.#size = readLayerOptions("upSampling1d", options, fields).size;
  }

  get config(): Config {
    return { size: this.#size[0] as number };
  }

  call([x]: readonly [Value]): Value {
    return this.onChannelsFirst(x, (sequence) =>
      resize(sequence, {
        scales: [1, 1, ...this.#size],
        coordinateTransformationMode: "asymmetric",
        nearestMode: "floor",
      }),
    );
  }
}

/**
 * Every step `size` times.
 *
 * Takes `[batch, steps, channels]` and gives `[batch, steps · size, channels]`.
 *
 * @throws on an unknown option, and when called on another rank
 */
export const upSampling1d = layerMaker(UpSampling1d);
