import { optional } from "../../engine/options.js";
import { compileFields } from "../../nn/models/compileOptions.js";
import type { CompileOptions } from "../../nn/models/model.js";
import type { DataFor, Structure } from "../../nn/network/structure.js";
import type { FitOptions } from "../../nn/training/fitOptions.js";

/** As `compile` of a model takes them, but that a loss on labels need not be given. */
export type DistillCompileOptions<O extends Structure> = Omit<CompileOptions<O>, "loss"> & {
  /** On labels. Default: sparse categorical cross-entropy, for class numbers. */
  readonly loss?: CompileOptions<O>["loss"] | undefined;
};

/** As `fit` of a model takes them, but that validation data may have no labels. */
export type DistillFitOptions<I extends Structure, O extends Structure> = FitOptions<
  DataFor<I>,
  DataFor<O> | null
>;

/** How {@link DistillCompileOptions} are read. */
export const compiling = { ...compileFields, loss: optional(compileFields.loss) };
