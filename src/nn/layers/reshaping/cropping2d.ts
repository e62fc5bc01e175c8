import type { FieldsOf } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { DataFormat } from "../base/spatial.js";
import { dataFormat } from "../base/spatial.js";
import { type Ends, ends2d } from "./border.js";
import { CroppingLayer } from "./cropping.js";

export interface Cropping2dOptions extends LayerOptions {
  /** What to take off: a number for all ends, `[height, width]` for both ends of each, or
   * `[[top, bottom], [left, right]]`. Default: 0. */
  readonly cropping?: number | readonly [number | Ends, number | Ends] | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = {
  cropping: ends2d(0),
  dataFormat,
} satisfies FieldsOf<Own<Cropping2dOptions>>;

/** The layer behind {@link cropping2d}. */
export class Cropping2d extends CroppingLayer {
  readonly type = "cropping2d";

  constructor(options: Cropping2dOptions = {}) {
    const read = readLayerOptions("cropping2d", options, fields);
    super(options, { ends: read.cropping, dataFormat: read.dataFormat });
  }

  get config(): Config {
    return { cropping: this.ends, dataFormat: this.dataFormat };
  }
}

/**
 * An image without its border.
 *
 * Takes `[batch, height, width, channels]` and gives the same rank, each size shorter by what is taken off.
 *
 * @throws on an unknown option, on another rank, and where nothing is left
 */
export const cropping2d = layerMaker(Cropping2d);
