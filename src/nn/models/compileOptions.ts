import { accepting, type FieldsOf, unchecked } from "../../engine/options.js";
import { resolved } from "../layers/base/settings.js";
import type { LossSpec } from "../losses/resolve.js";
import type { MetricSpec } from "../metrics/resolve.js";
import type { Like, Structure } from "../network/structure.js";
import { type OptimizerSpec, optimizer } from "../optimizers/resolve.js";

/** One entry for all outputs, or one for each by position or name. */
type PerOutput<O extends Structure, T> = T | Partial<Like<O, T | null>> | readonly (T | null)[];

export interface CompileOptions<O extends Structure> {
  /** Default: rmsprop, as in Keras. */
  readonly optimizer?: OptimizerSpec | undefined;
  /** A loss for all outputs, or one for each; `null` for an output that is not trained. */
  readonly loss: PerOutput<O, LossSpec>;
  /** Factor of each output's loss in the total. Default: 1. */
  readonly lossWeights?: Partial<Like<O, number>> | readonly number[] | undefined;
  /** Metrics that ignore sample weights. */
  readonly metrics?: PerOutput<O, MetricSpec | readonly MetricSpec[]> | undefined;
  /** Metrics that use sample and class weights. */
  readonly weightedMetrics?: PerOutput<O, MetricSpec | readonly MetricSpec[]> | undefined;
}

/** How {@link CompileOptions} are read; what is given for each output is checked where these are known. */
export const compileFields = {
  optimizer: resolved(optimizer, "rmsprop"),
  loss: accepting("a loss, or one for each output", (value): value is unknown => value !== undefined),
  lossWeights: unchecked<unknown>("a number for each output"),
  metrics: unchecked<unknown>("metrics, or some for each output"),
  weightedMetrics: unchecked<unknown>("metrics, or some for each output"),
} satisfies FieldsOf<CompileOptions<Structure>>;
