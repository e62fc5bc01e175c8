import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { oneHot as oneHotOp } from "../../../engine/ops/oneHot.js";
import { type FieldsOf, number } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions } from "../base/settings.js";

export interface OneHotOptions extends LayerOptions {
  /** How many classes there are: the size of the new last axis. */
  readonly numTokens: number;
}

const fields = { numTokens: number({ min: 1, integer: true }) } satisfies FieldsOf<Own<OneHotOptions>>;

/** The layer behind {@link oneHot}. */
export class OneHot extends Layer {
  readonly type = "oneHot";
  readonly numTokens: number;

  constructor(options: OneHotOptions) {
    super(options);
    this.numTokens = readLayerOptions("oneHot", options, fields).numTokens;
  }

  get config(): Config {
    return { numTokens: this.numTokens };
  }

  call([x]: readonly [Value]): Value {
    if (x.dtype !== "int32" && x.dtype !== "int64") {
      throw new ImagoError(
        `expected whole numbers (int32), received ${x.dtype}. Declare the input with dtype: "int32".`,
      );
    }
    return oneHotOp(x, { depth: this.numTokens });
  }
}

/**
 * Class numbers as vectors with a single 1, as Keras's CategoryEncoding makes them in its mode one_hot.
 *
 * Takes int32 `[batch, …]` from 0 to `numTokens` − 1 and gives float32 `[batch, …, numTokens]`. A recurrent
 * layer right behind it picks rows of its kernel instead of multiplying by zeros.
 */
export const oneHot = layerMaker(OneHot);
