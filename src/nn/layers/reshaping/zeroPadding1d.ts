import type { Value } from "../../../engine/graph/graph.js";
import { pad } from "../../../engine/ops/pad.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import type { LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import type { DataFormat } from "../base/spatial.js";
import { dataFormat } from "../base/spatial.js";
import { BorderLayer, type Ends, ends1d } from "./border.js";

export interface ZeroPadding1dOptions extends LayerOptions {
  /** What to add: a number for both ends, or `[front, back]`. Default: 1. */
  readonly padding?: number | Ends | undefined;
  /** Where the channels stand, in input and output. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = {
  padding: ends1d(1),
  dataFormat,
} satisfies FieldsOf<Own<ZeroPadding1dOptions>>;

/** The layer behind {@link zeroPadding1d}. */
export class ZeroPadding1d extends BorderLayer {
  readonly type = "zeroPadding1d";

  constructor(options: ZeroPadding1dOptions = {}) {
    const read = readLayerOptions("zeroPadding1d", options, fields);
    super(options, { ends: [read.padding], dataFormat: read.dataFormat });
  }

  get config(): Config {
    return { padding: this.ends[0] as Ends, dataFormat: this.dataFormat };
  }

  call([x]: readonly [Value]): Value {
    const ends = this.allEnds;
    return pad(x, { pads: [...ends.map(([front]) => front), ...ends.map(([, back]) => back)] });
  }
}

/**
 * Zeros around the steps of a sequence.
 *
 * Takes `[batch, steps, channels]` and gives the same rank, each size longer by what is added.
 *
 * @throws on an unknown option, on another rank
 */
export const zeroPadding1d = layerMaker(ZeroPadding1d);
