import { accepting, having, optional } from "../../engine/options.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { SymbolicTensor } from "../layers/base/symbolic.js";
import type { Structure } from "../network/structure.js";

/** Where programs run, for everything that makes a model. */
export const runtimeField = optional(having<Runtime>("a runtime, as nodeRuntime() gives one", "compile"));

/** The inputs or outputs of a model. */
export const structureField = accepting(
  "a tensor, as input() and layers make them, or an array or record of them",
  (value): value is Structure =>
    typeof value === "object" &&
    value !== null &&
    (value instanceof SymbolicTensor || Object.values(value).every((one) => one instanceof SymbolicTensor)),
);
