import type { Value } from "../../../engine/graph/graph.js";
import { type FieldsOf, flag, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import { type ConstraintSpec, constraint } from "../../constraints/resolve.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { type Own, resolved } from "../base/settings.js";
import type { Variable } from "../base/variable.js";

/** The options of a normalisation's scale and shift. */
export interface AffineOptions extends LayerOptions {
  /** Whether a learnt beta is added. Default: true. */
  readonly center?: boolean | undefined;
  /** Whether is multiplied by a learnt gamma. Default: true. */
  readonly scale?: boolean | undefined;
  /** Default: zeros. */
  readonly betaInitializer?: InitializerSpec | undefined;
  /** Default: ones. */
  readonly gammaInitializer?: InitializerSpec | undefined;
  readonly betaRegularizer?: RegularizerSpec | undefined;
  readonly gammaRegularizer?: RegularizerSpec | undefined;
  readonly betaConstraint?: ConstraintSpec | undefined;
  readonly gammaConstraint?: ConstraintSpec | undefined;
}

/** How {@link AffineOptions} are read. */
export const affineFields = {
  center: flag(true),
  scale: flag(true),
  betaInitializer: resolved(initializer, "zeros"),
  gammaInitializer: resolved(initializer, "ones"),
  betaRegularizer: optional(resolved(regularizer)),
  gammaRegularizer: optional(resolved(regularizer)),
  betaConstraint: optional(resolved(constraint)),
  gammaConstraint: optional(resolved(constraint)),
} satisfies FieldsOf<Own<AffineOptions>>;

/** {@link AffineOptions}, read. */
export type AffineSettings = ReadOf<typeof affineFields>;

/** A layer that ends with a learnt scale and shift. */
export abstract class AffineLayer extends Layer {
  #gamma: Variable | undefined;
  #beta: Variable | undefined;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  /** Declares gamma and beta, as far as the settings ask for them. Call it from `build`. */
  protected addAffine(settings: AffineSettings, shape: Shape): void {
    if (settings.scale) {
      this.#gamma = this.addWeight({
        name: "gamma",
        shape,
        initializer: settings.gammaInitializer,
        regularizer: settings.gammaRegularizer,
        constraint: settings.gammaConstraint,
      });
    }
    if (!settings.center) return;
    this.#beta = this.addWeight({
      name: "beta",
      shape,
      initializer: settings.betaInitializer,
      regularizer: settings.betaRegularizer,
      constraint: settings.betaConstraint,
    });
  }

  /** The elements of gamma and beta in a graph, where the layer has them. */
  protected affine(context: CallContext): {
    readonly gamma: Value | undefined;
    readonly beta: Value | undefined;
  } {
    return {
      gamma: this.#gamma && context.weight(this.#gamma),
      beta: this.#beta && context.weight(this.#beta),
    };
  }
}
