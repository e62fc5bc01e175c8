import type { Value } from "../../engine/graph/graph.js";
import type { Config } from "../config/config.js";

/** A penalty on a weight (or on a layer's output) that is added to the loss. */
export interface Regularizer {
  readonly name: string;
  readonly config: Config;
  /** Emits the penalty of `weight`: a scalar. */
  emit(weight: Value): Value;
}
