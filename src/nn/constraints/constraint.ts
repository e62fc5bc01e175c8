import type { Value } from "../../engine/graph/graph.js";
import type { Config } from "../config/config.js";

/** A projection that a weight goes through after each update. */
export interface Constraint {
  readonly name: string;
  readonly config: Config;
  /** Emits the projected weight, of the same type. */
  emit(weight: Value): Value;
}
