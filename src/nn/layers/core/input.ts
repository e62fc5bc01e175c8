import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import {
  accepting,
  type FieldsOf,
  flag,
  number,
  oneOf,
  optional,
  type ReadOf,
} from "../../../engine/options.js";
import { type DType, dtypes } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { type Own, readLayerOptions } from "../base/settings.js";
import { LayerCall, type OpenShape, type SymbolicTensor } from "../base/symbolic.js";

export interface InputOptions extends LayerOptions {
  /** Sizes without the batch; `null` for an open one, such as the length of a sequence. */
  readonly shape: OpenShape;
  /** Default: float32. */
  readonly dtype?: DType | undefined;
  /** A fixed size of the batch, which stateful layers need. Default: open. */
  readonly batchSize?: number | undefined;
  /** Whether NaN is let through, for layers that take it for what is missing. Default: false, it is refused. */
  readonly missing?: boolean | undefined;
}

const shape = accepting(
  "an array of whole numbers from 1 (null: open)",
  (value): value is OpenShape =>
    Array.isArray(value) && value.every((size) => size === null || (Number.isSafeInteger(size) && size > 0)),
);

/** How an input's options are read, whoever takes them. */
export const inputFields = {
  shape,
  dtype: oneOf(dtypes, "float32"),
  batchSize: optional(number({ min: 1, integer: true })),
  missing: flag(false),
} satisfies FieldsOf<Own<InputOptions>>;

/** Where data enters a functional model. */
export class InputLayer extends Layer {
  readonly type = "input";
  readonly #read: ReadOf<typeof inputFields>;

  constructor(options: InputOptions) {
    super(options);
    this.#read = readLayerOptions("input", options, inputFields);
  }

  get config(): Config {
    const { shape, dtype, batchSize = null, missing } = this.#read;
    return { shape, dtype, batchSize, ...(missing ? { missing } : {}) };
  }

  /** Whether NaN is let through. */
  get missing(): boolean {
    return this.#read.missing;
  }

  call(): Value {
    throw new ImagoError("an input layer is not called");
  }

  /** The tensor that stands for the data. */
  make(): SymbolicTensor {
    const { shape, dtype, batchSize = null } = this.#read;
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
