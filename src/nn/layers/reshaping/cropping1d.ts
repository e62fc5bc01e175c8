import type { FieldsOf } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { DataFormat } from "../base/spatial.js";
import { dataFormat } from "../base/spatial.js";
import { type Ends, ends1d } from "./border.js";
import { CroppingLayer } from "./cropping.js";

export interface Cropping1dOptions extends LayerOptions {
  /** What to take off: a number for both ends, or `[front, back]`. Default: 1. */
  readonly cropping?: number | Ends | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = {
  cropping: ends1d(1),
  dataFormat,
} satisfies FieldsOf<Own<Cropping1dOptions>>;

/** The layer behind {@link cropping1d}. */
export class Cropping1d extends CroppingLayer {
  readonly type = "cropping1d";

  constructor(options: Cropping1dOptions = {}) {
    const read = readLayerOptions("cropping1d", options, fields);
    super(options, { ends: [read.cropping], dataFormat: read.dataFormat });
  }

  get config(): Config {
    return { cropping: this.ends[0] as Ends, dataFormat: this.dataFormat };
  }
}

/**
 * A sequence without its first and last steps.
 *
 * Takes `[batch, steps, channels]` and gives the same rank, each size shorter by what is taken off.
 *
 * @throws on an unknown option, on another rank, and where nothing is left
 */
export const cropping1d = layerMaker(Cropping1d);
