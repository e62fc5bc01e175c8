import type { Value } from "../../../engine/graph/graph.js";
import { type Field, optional } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { onlyInput, readLayerOptions, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { checkNoiseShape, concreteNoiseShape, noiseShape } from "./noiseShape.js";

/** A layer that drops a share of its input's elements in training and gives its input elsewhere. */
export abstract class DropLayer extends Layer {
  readonly #settings;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(type: string, options: LayerOptions, rate: Field<number>) {
    super(options);
    this.#settings = readLayerOptions(type, options, { rate, noiseShape: optional(noiseShape) });
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    checkNoiseShape(this, this.#settings.noiseShape, onlyInput(this, inputs));
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const { rate, noiseShape: given } = this.#settings;
    if (!context.training || rate === 0) return x;
    return this.drop(x, context, rate, concreteNoiseShape(given, x.shape));
  }

  /** Emits the dropping; `shape` is what is drawn. */
  protected abstract drop(x: Value, context: CallContext, rate: number, shape: Shape): Value;
}
