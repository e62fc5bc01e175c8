import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { square } from "../../../engine/ops/composed/square.js";
import { mul } from "../../../engine/ops/mul.js";
import { reciprocal } from "../../../engine/ops/reciprocal.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { sqrt } from "../../../engine/ops/sqrt.js";
import { type FieldsOf, number, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { normalizeAxes } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import { ones } from "../../initializers/ones.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { axes, knownSize, type Own, onlyInput, readLayerOptions, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

export interface RmsNormalizationOptions extends LayerOptions {
  /** The axis, or several, normalised together. Default: −1, the last. */
  readonly axis?: number | readonly number[] | undefined;
  /** Added to the mean square. Default: 1e-6. */
  readonly epsilon?: number | undefined;
}

const fields = {
  axis: axes(-1),
  epsilon: number({ default: 1e-6, min: 0 }),
} satisfies FieldsOf<Own<RmsNormalizationOptions>>;

/** The layer behind {@link rmsNormalization}. Variable: scale, of the sizes of the axes. */
export class RmsNormalization extends Layer {
  readonly type = "rmsNormalization";
  readonly #settings: ReadOf<typeof fields>;
  #scale!: Variable;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: RmsNormalizationOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("rmsNormalization", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  #axes(rank: number): number[] {
    return normalizeAxes([this.#settings.axis].flat(), rank);
  }

  protected override check(inputs: readonly OpenType[]): void {
    this.#axes(onlyInput(this, inputs).shape.length);
  }

  protected override build([x]: readonly [OpenType]): void {
    const shape = this.#axes(x.shape.length).map((axis) => knownSize(this, x, axis));
    this.#scale = this.addWeight({ name: "scale", shape, initializer: ones() });
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const over = this.#axes(x.rank);
    const power = reduceMean(square(x), { axes: over, keepDims: true });
    const normal = mul(x, reciprocal(sqrt(add(power, this.#settings.epsilon))));
    const shape = x.shape.map((size, axis) => (over.includes(axis) ? size : 1));
    return mul(normal, reshape(context.weight(this.#scale), shape));
  }
}

/**
 * x / √(mean(x²) + ε) · scale, with the mean over one axis or several of each sample (Zhang and Sennrich 2019).
 *
 * Takes any shape whose sizes along the axes are known and gives the same.
 *
 * @throws on an unknown option, and when called on a tensor without the axes or with open sizes there
 */
export const rmsNormalization = layerMaker(RmsNormalization);
