import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { mul } from "../../../engine/ops/mul.js";
import { type FieldsOf, numberOrNumbers, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface RescalingOptions extends LayerOptions {
  /** What every element is multiplied by: a number, or one for each element of the last axis. */
  readonly scale: number | readonly number[];
  /** What is added then: a number, or one for each element of the last axis. Default: 0. */
  readonly offset?: number | readonly number[] | undefined;
}

const fields = {
  scale: numberOrNumbers(undefined),
  offset: numberOrNumbers(0),
} satisfies FieldsOf<Own<RescalingOptions>>;

/** The layer behind {@link rescaling}. */
export class Rescaling extends Layer {
  readonly type = "rescaling";
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: RescalingOptions) {
    super(options);
    this.#settings = readLayerOptions("rescaling", options, fields);
  }

  get config(): Config {
    return { ...this.#settings };
  }

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  protected override check(inputs: readonly OpenType[]): void {
    const last = onlyInput(this, inputs).shape.at(-1);
    for (const [name, given] of Object.entries(this.#settings)) {
      if (typeof given === "number" || last === null || given.length === 1 || given.length === last) continue;
      throw this.error(`${name} has ${given.length} numbers, and the last axis ${last} elements`);
    }
  }

  call([x]: readonly [Value]): Value {
    const { scale, offset } = this.#settings;
    const constant = (given: number | readonly number[]): Value | number =>
      typeof given === "number" ? given : x.graph.constant(tensor(given));
    const scaled = mul(x, constant(scale));
    return offset === 0 ? scaled : add(scaled, constant(offset));
  }
}

/**
 * x · `scale` + `offset`: pixels from 0 to 255 become numbers from 0 to 1 by `scale: 1 / 255`, and from −1 to 1 by `scale: 1 / 127.5,
 * offset: -1`.
 *
 * Takes any shape and gives the same, in float32.
 *
 * @throws on an unknown option, and where there are several numbers, and not as many as the last axis has elements
 */
export const rescaling = layerMaker(Rescaling);
