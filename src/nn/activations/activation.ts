import type { Value } from "../../engine/graph/graph.js";
import type { Config } from "../config/config.js";

/** A function of a layer's output, mostly element by element. */
export interface Activation {
  /** The name it is saved under, for example `hardSigmoid`. */
  readonly name: string;
  readonly config: Config;
  /** Emits f(x), of the type of `x` unless the activation says otherwise. */
  emit(x: Value): Value;
}
