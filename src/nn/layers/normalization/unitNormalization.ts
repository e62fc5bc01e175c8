import type { Value } from "../../../engine/graph/graph.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { normalizeAxes } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import { normalize } from "../../losses/normalize.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { axes, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface UnitNormalizationOptions extends LayerOptions {
  /** The axis, or several, whose elements are one vector. Default: −1, the last. */
  readonly axis?: number | readonly number[] | undefined;
}

/** Vectors shorter than this are divided by it, as in Keras. */
const shortest = 1e-12;

const fields = {
  axis: axes(-1),
} satisfies FieldsOf<Own<UnitNormalizationOptions>>;

/** The layer behind {@link unitNormalization}. */
export class UnitNormalization extends Layer {
  readonly type = "unitNormalization";
  readonly axis: number | readonly number[];

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: UnitNormalizationOptions = {}) {
    super(options);
    const read = readLayerOptions("unitNormalization", options, fields);
    this.axis = read.axis;
  }

  get config(): Config {
    return { axis: this.axis };
  }

  protected override check(inputs: readonly OpenType[]): void {
    normalizeAxes([this.axis].flat(), onlyInput(this, inputs).shape.length);
  }

  call([x]: readonly [Value]): Value {
    return normalize(x, normalizeAxes([this.axis].flat(), x.rank), shortest);
  }
}

/**
 * Vectors along one axis or several at Euclidean length 1; zeros stay zeros.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option, and when called on a tensor without the axes
 */
export const unitNormalization = layerMaker(UnitNormalization);
