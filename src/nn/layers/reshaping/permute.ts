import type { Value } from "../../../engine/graph/graph.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { type FieldsOf, numbers } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { describeInput, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface PermuteOptions extends LayerOptions {
  /** The axes in their new order, counted from 1: the batch, 0, stays. */
  readonly dims: readonly number[];
}

const fields = {
  dims: numbers({ min: 1, integer: true }),
} satisfies FieldsOf<Own<PermuteOptions>>;

/** The layer behind {@link permute}. */
export class Permute extends Layer {
  readonly type = "permute";
  readonly dims: readonly number[];

  constructor(options: PermuteOptions) {
    super(options);
    const read = readLayerOptions("permute", options, fields);
    this.dims = read.dims;
    const sorted = [...this.dims].sort((a, b) => a - b);
    if (sorted.some((axis, index) => axis !== index + 1)) {
      throw this.error(
        `dims must hold each of 1 to ${this.dims.length} once, received [${this.dims.join(", ")}]`,
      );
    }
  }

  get config(): Config {
    return { dims: this.dims };
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    if (x.shape.length === this.dims.length + 1) return;
    throw this.error(
      `expected rank ${this.dims.length + 1}, the batch and an axis for each of dims [${this.dims.join(", ")}], ` +
        `received ${describeInput(x)}`,
    );
  }

  call([x]: readonly [Value]): Value {
    return transpose(x, [0, ...this.dims]);
  }

  override mask(): readonly undefined[] {
    return [];
  }
}

/**
 * The axes behind the batch in another order: axis i of the output is axis `dims[i − 1]` of the input. A mask
 * ends here.
 *
 * Takes `[batch, …]` with an axis for each of `dims`.
 *
 * @throws on an unknown option, on `dims` that are not an order, and when called on another rank
 */
export const permute = layerMaker(Permute);
