import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { type DType, dtypes } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { checkLayerOptions, Layer, type LayerOptions } from "../base/layer.js";
import { LayerCall, type OpenShape, type SymbolicTensor } from "../base/symbolic.js";

export interface InputOptions extends LayerOptions {
  /** Sizes without the batch; `null` for an open one, such as the length of a sequence. */
  readonly shape: OpenShape;
  /** Default: float32. */
  readonly dtype?: DType | undefined;
  /** A fixed size of the batch, which stateful layers need. Default: open. */
  readonly batchSize?: number | undefined;
}

/** Where data enters a functional model. */
export class InputLayer extends Layer {
  readonly type = "input";
  readonly options: InputOptions;

  constructor(options: InputOptions) {
    super(options);
    checkLayerOptions("input", options, ["shape", "dtype", "batchSize"]);
    const { shape, dtype, batchSize } = options;
    const whole = (size: number | null | undefined): boolean =>
      size == null || (Number.isInteger(size) && size > 0);
    if (!Array.isArray(shape) || !shape.every(whole) || !whole(batchSize)) {
      throw this.error(
        `shape and batchSize must be positive whole numbers (null: open), received shape ${JSON.stringify(shape)}, batchSize ${batchSize}`,
      );
    }
    if (dtype !== undefined && !dtypes.includes(dtype)) {
      throw this.error(`unknown dtype "${dtype}"; available are ${dtypes.join(", ")}`);
    }
    this.options = options;
  }

  get config(): Config {
    const { shape, dtype = "float32", batchSize = null } = this.options;
    return { shape, dtype, batchSize };
  }

  call(): Value {
    throw new ImagoError("an input layer is not called");
  }

  /** The tensor that stands for the data. */
  make(): SymbolicTensor {
    const { shape, dtype = "float32", batchSize = null } = this.options;
    return new LayerCall(this, [], [{ dtype, shape: [batchSize, ...shape] }]).outputs[0] as SymbolicTensor;
  }
}

/**
 * The symbolic tensor at which a functional model begins.
 *
 * @returns a tensor `[batch, ...shape]`
 */
export function input(options: InputOptions): SymbolicTensor {
  return new InputLayer(options).make();
}
