import type { Value } from "../../../engine/graph/graph.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { transpose } from "../../../engine/ops/transpose.js";
import type { FieldsOf } from "../../../engine/options.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import { type DataFormat, dataFormat } from "../base/spatial.js";
import type { OpenType } from "../base/symbolic.js";

export interface FlattenOptions extends LayerOptions {
  /** Of the input; the output has the channels last in either case. Default: channelsLast. */
  readonly dataFormat?: DataFormat | undefined;
}

const fields = {
  dataFormat,
} satisfies FieldsOf<Own<FlattenOptions>>;

/** The layer behind {@link flatten}. */
export class Flatten extends Layer {
  readonly type = "flatten";
  readonly dataFormat: DataFormat;

  constructor(options: FlattenOptions = {}) {
    super(options);
    const read = readLayerOptions("flatten", options, fields);
    this.dataFormat = read.dataFormat;
  }

  get config(): Config {
    return { dataFormat: this.dataFormat };
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  call([x]: readonly [Value]): Value {
    const turned =
      this.dataFormat === "channelsFirst" && x.rank > 2
        ? transpose(x, [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1])
        : x;
    return reshape(turned, [turned.size(0), sizeOf(turned.shape.slice(1))]);
  }

  override mask(): readonly undefined[] {
    return [];
  }
}

/**
 * All axes behind the batch as one. A mask ends here.
 *
 * Takes `[batch, …]` and gives `[batch, features]`, `[batch, 1]` for `[batch]`.
 *
 * @throws on an unknown option
 */
export const flatten = layerMaker(Flatten);
