import type { Value } from "../../../engine/graph/graph.js";
import { type FieldsOf, number } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { expectRank, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { drop } from "./dropout.js";

export interface SpatialDropout1dOptions extends LayerOptions {
  /** Share of the channels that become 0, from 0 to 1. */
  readonly rate: number;
}

const fields = {
  rate: number({ min: 0, max: 1 }),
} satisfies FieldsOf<Own<SpatialDropout1dOptions>>;

/** The layer behind {@link spatialDropout1d}. */
export class SpatialDropout1d extends Layer {
  readonly type = "spatialDropout1d";
  readonly rate: number;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: SpatialDropout1dOptions) {
    super(options);
    const read = readLayerOptions("spatialDropout1d", options, fields);
    this.rate = read.rate;
  }

  get config(): Config {
    return { rate: this.rate };
  }

  protected override check(inputs: readonly OpenType[]): void {
    expectRank(this, onlyInput(this, inputs), ["batch", "steps", "channels"]);
  }

  call([x]: readonly [Value], context: CallContext): Value {
    if (!context.training || this.rate === 0) return x;
    return drop(x, context, this.rate, [x.size(0), 1, x.size(2)]);
  }
}

/**
 * Dropout of whole channels: what is dropped at one step is dropped at all (Tompson et al. 2014).
 *
 * Takes `[batch, steps, channels]` and gives the same shape.
 *
 * @throws on an unknown option, a rate outside 0 to 1, and another rank
 */
export const spatialDropout1d = layerMaker(SpatialDropout1d);
