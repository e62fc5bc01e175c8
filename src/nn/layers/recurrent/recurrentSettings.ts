import { type FieldsOf, flag, number, optional, type ReadOf } from "../../../engine/options.js";
import { type ActivationSpec, activation } from "../../activations/resolve.js";
import { type ConstraintSpec, constraint } from "../../constraints/resolve.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import type { LayerOptions } from "../base/layer.js";
import { type Own, resolved } from "../base/settings.js";

/** Options that every recurrent layer has. Defaults are those of Keras 3. */
export interface RecurrentOptions extends LayerOptions {
  /** Size of the state and of the output's last axis. */
  readonly units: number;
  /** Function of the new state. Default: tanh. */
  readonly activation?: ActivationSpec | undefined;
  /** Default: true. */
  readonly useBias?: boolean | undefined;
  /** Default: glorotUniform. */
  readonly kernelInitializer?: InitializerSpec | undefined;
  /** Default: orthogonal. */
  readonly recurrentInitializer?: InitializerSpec | undefined;
  /** Default: zeros. */
  readonly biasInitializer?: InitializerSpec | undefined;
  readonly kernelRegularizer?: RegularizerSpec | undefined;
  readonly recurrentRegularizer?: RegularizerSpec | undefined;
  readonly biasRegularizer?: RegularizerSpec | undefined;
  readonly activityRegularizer?: RegularizerSpec | undefined;
  readonly kernelConstraint?: ConstraintSpec | undefined;
  readonly recurrentConstraint?: ConstraintSpec | undefined;
  readonly biasConstraint?: ConstraintSpec | undefined;
  /** Fraction of the inputs' features that training drops, the same ones at every step. Default: 0. */
  readonly dropout?: number | undefined;
  /** Fraction of the state's units that training drops before each step, the same ones at every step. Default: 0. */
  readonly recurrentDropout?: number | undefined;
  /** Give the output of every step rather than the last one. Default: false. */
  readonly returnSequences?: boolean | undefined;
  /** Give the last states behind the output. Default: false. */
  readonly returnState?: boolean | undefined;
  /** Begin with the last step; a returned sequence is in the order of computation. Default: false. */
  readonly goBackwards?: boolean | undefined;
  /** Begin each batch with the states in which the batch before ended. Default: false. */
  readonly stateful?: boolean | undefined;
  /** Write all steps behind each other instead of a loop; the graph grows with the length. Default: false. */
  readonly unroll?: boolean | undefined;
}

const fraction = number({ default: 0, min: 0, below: 1 });

/** How the options that all recurrent layers have are read. */
export const recurrentFields = {
  units: number({ min: 1, integer: true }),
  activation: resolved(activation, "tanh"),
  useBias: flag(true),
  kernelInitializer: resolved(initializer, "glorotUniform"),
  recurrentInitializer: resolved(initializer, "orthogonal"),
  biasInitializer: resolved(initializer, "zeros"),
  kernelRegularizer: optional(resolved(regularizer)),
  recurrentRegularizer: optional(resolved(regularizer)),
  biasRegularizer: optional(resolved(regularizer)),
  activityRegularizer: optional(resolved(regularizer)),
  kernelConstraint: optional(resolved(constraint)),
  recurrentConstraint: optional(resolved(constraint)),
  biasConstraint: optional(resolved(constraint)),
  dropout: fraction,
  recurrentDropout: fraction,
  returnSequences: flag(false),
  returnState: flag(false),
  goBackwards: flag(false),
  stateful: flag(false),
  unroll: flag(false),
} satisfies FieldsOf<Own<RecurrentOptions>>;

/** {@link RecurrentOptions}, read. */
export type RecurrentSettings = ReadOf<typeof recurrentFields>;
