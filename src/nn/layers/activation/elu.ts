import type { Value } from "../../../engine/graph/graph.js";
import { elu as emitElu } from "../../../engine/ops/elu.js";
import { type FieldsOf, number } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface EluLayerOptions extends LayerOptions {
  /** Minus the limit at −∞. Default: 1. */
  readonly alpha?: number | undefined;
}

const fields = { alpha: number({ default: 1 }) } satisfies FieldsOf<Own<EluLayerOptions>>;

/** The layer behind {@link elu}. */
export class Elu extends Layer {
  readonly type = "elu";
  readonly alpha: number;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: EluLayerOptions = {}) {
    super(options);
    this.alpha = readLayerOptions("elu", options, fields).alpha;
  }

  get config(): Config {
    return { alpha: this.alpha };
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  call([x]: readonly [Value]): Value {
    return emitElu(x, { alpha: this.alpha });
  }
}

/**
 * x above 0, `alpha` · (eˣ − 1) below (Clevert et al. 2015).
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option
 */
export const elu = layerMaker(Elu);
