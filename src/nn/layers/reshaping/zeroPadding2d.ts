import type { Value } from "../../../engine/graph/graph.js";
import { pad } from "../../../engine/ops/pad.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { DataFormat } from "../base/spatial.js";
import { dataFormat } from "../base/spatial.js";
import { BorderLayer, type Ends, ends2d } from "./border.js";

export interface ZeroPadding2dOptions extends LayerOptions {
  /** What to add: a number for all ends, `[height, width]` for both ends of each, or
   * `[[top, bottom], [left, right]]`. Default: 1. */
  readonly padding?: number | readonly [number | Ends, number | Ends] | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = {
  padding: ends2d(1),
  dataFormat,
} satisfies FieldsOf<Own<ZeroPadding2dOptions>>;

/** The layer behind {@link zeroPadding2d}. */
export class ZeroPadding2d extends BorderLayer {
  readonly type = "zeroPadding2d";

  constructor(options: ZeroPadding2dOptions = {}) {
    const read = readLayerOptions("zeroPadding2d", options, fields);
    super(options, { ends: read.padding, dataFormat: read.dataFormat });
  }

  get config(): Config {
    return { padding: this.ends, dataFormat: this.dataFormat };
  }

  call([x]: readonly [Value]): Value {
    const ends = this.allEnds;
    return pad(x, { pads: [...ends.map(([front]) => front), ...ends.map(([, back]) => back)] });
  }
}

/**
 * Zeros around an image.
 *
 * Takes `[batch, height, width, channels]` and gives the same rank, each size longer by what is added.
 *
 * @throws on an unknown option, on another rank
 */
export const zeroPadding2d = layerMaker(ZeroPadding2d);
