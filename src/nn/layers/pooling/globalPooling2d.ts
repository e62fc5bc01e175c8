import type { Value } from "../../../engine/graph/graph.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { type FieldsOf, flag } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import type { LayerOptions } from "../base/layer.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { DataFormat } from "../base/spatial.js";
import { dataFormat, SpatialLayer } from "../base/spatial.js";

export interface GlobalPooling2dOptions extends LayerOptions {
  /** Where the channels stand: `[batch, height, width, channels]` or `[batch, channels, height, width]`. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
  /** Whether height and width stay as axes of size 1. Default: false. */
  readonly keepdims?: boolean | undefined;
}

const fields = {
  dataFormat,
  keepdims: flag(false),
} satisfies FieldsOf<Own<GlobalPooling2dOptions>>;

/** A reduction over height and width. */
export abstract class GlobalPooling2d extends SpatialLayer {
  protected readonly spatialRank = 2;
  readonly dataFormat: DataFormat;
  readonly keepdims: boolean;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(type: string, options: GlobalPooling2dOptions) {
    super(options);
    const read = readLayerOptions(type, options, fields);
    this.dataFormat = read.dataFormat;
    this.keepdims = read.keepdims;
  }

  get config(): Config {
    return { dataFormat: this.dataFormat, keepdims: this.keepdims };
  }

  /** Emits the reduction of `[batch, channels, height, width]` to `[batch, channels]`. */
  protected abstract reduce(image: Value): Value;

  call([x]: readonly [Value]): Value {
    const y = this.reduce(this.channelsFirst(x));
    if (!this.keepdims) return y;
    const [batch, channels] = [y.size(0), y.size(1)];
    return reshape(y, this.dataFormat === "channelsLast" ? [batch, 1, 1, channels] : [batch, channels, 1, 1]);
  }
}
