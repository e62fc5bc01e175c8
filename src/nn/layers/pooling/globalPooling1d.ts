import { type FieldsOf, flag } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { expectRank, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import { type DataFormat, dataFormat } from "../base/spatial.js";
import type { OpenType } from "../base/symbolic.js";

export interface GlobalPooling1dOptions extends LayerOptions {
  /** `channelsLast`: `[batch, steps, channels]`; `channelsFirst`: `[batch, channels, steps]`. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
  /** Whether time stays as an axis of size 1. Default: false. */
  readonly keepdims?: boolean | undefined;
}

const fields = {
  dataFormat,
  keepdims: flag(false),
} satisfies FieldsOf<Own<GlobalPooling1dOptions>>;

/** A reduction over time. */
export abstract class GlobalPooling1d extends Layer {
  readonly dataFormat: DataFormat;
  readonly keepdims: boolean;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(type: string, options: GlobalPooling1dOptions) {
    super(options);
    const read = readLayerOptions(type, options, fields);
    this.dataFormat = read.dataFormat;
    this.keepdims = read.keepdims;
  }

  get config(): Config {
    return { dataFormat: this.dataFormat, keepdims: this.keepdims };
  }

  /** The axis of time. */
  protected get stepsAxis(): 1 | 2 {
    return this.dataFormat === "channelsLast" ? 1 : 2;
  }

  protected override check(inputs: readonly OpenType[]): void {
    const behind = this.dataFormat === "channelsLast" ? ["steps", "channels"] : ["channels", "steps"];
    expectRank(this, onlyInput(this, inputs), ["batch", ...behind]);
  }

  override mask(): readonly undefined[] {
    return [];
  }
}
