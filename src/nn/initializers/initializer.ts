import type { Generator } from "../../engine/random/generator.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Config } from "../config/config.js";

/** How a weight gets its first elements. */
export interface Initializer {
  /** The name it is saved under, for example `glorotUniform`. */
  readonly name: string;
  readonly config: Config;
  /** New float32 elements for a weight of `shape`; all randomness comes from `random`. */
  make(shape: Shape, random: Generator): Tensor<"float32">;
}
