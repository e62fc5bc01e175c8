import type { Value } from "../../../engine/graph/graph.js";
import { mul } from "../../../engine/ops/mul.js";
import { neg } from "../../../engine/ops/neg.js";
import { relu as emitRelu } from "../../../engine/ops/relu.js";
import { sub } from "../../../engine/ops/sub.js";
import { type FieldsOf, numbers, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { type ConstraintSpec, constraint } from "../../constraints/resolve.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import {
  describeInput,
  knownSize,
  type Own,
  onlyInput,
  readLayerOptions,
  resolved,
  settingsConfig,
} from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

export interface PreluOptions extends LayerOptions {
  /** Default: zeros. */
  readonly alphaInitializer?: InitializerSpec | undefined;
  readonly alphaRegularizer?: RegularizerSpec | undefined;
  readonly alphaConstraint?: ConstraintSpec | undefined;
  /** Axes, the batch being 0, along which all elements have one slope. Default: none. */
  readonly sharedAxes?: readonly number[] | undefined;
}

const fields = {
  alphaInitializer: resolved(initializer, "zeros"),
  alphaRegularizer: optional(resolved(regularizer)),
  alphaConstraint: optional(resolved(constraint)),
  sharedAxes: optional(numbers({ min: 1, integer: true })),
} satisfies FieldsOf<Own<PreluOptions>>;

/** The layer behind {@link prelu}. Variable: alpha, of the input's shape without the batch, 1 along shared axes. */
export class Prelu extends Layer {
  readonly type = "prelu";
  readonly #settings: ReadOf<typeof fields>;
  #alpha!: Variable;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: PreluOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("prelu", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    const outside = this.#settings.sharedAxes?.find((axis) => axis >= x.shape.length);
    if (outside !== undefined) {
      throw this.error(`sharedAxes has ${outside}, which does not exist in ${describeInput(x)}`);
    }
  }

  protected override build([x]: readonly [OpenType]): void {
    const shared = this.#settings.sharedAxes ?? [];
    const axes = x.shape.map((_, axis) => axis).slice(1);
    this.#alpha = this.addWeight({
      name: "alpha",
      shape: axes.map((axis) => (shared.includes(axis) ? 1 : knownSize(this, x, axis))),
      initializer: this.#settings.alphaInitializer,
      regularizer: this.#settings.alphaRegularizer,
      constraint: this.#settings.alphaConstraint,
    });
  }

  call([x]: readonly [Value], context: CallContext): Value {
    return sub(emitRelu(x), mul(emitRelu(neg(x)), context.weight(this.#alpha)));
  }
}

/**
 * x above 0, `alpha` · x below, with slopes that are learnt (He et al. 2015).
 *
 * Takes any shape whose sizes are known along the axes that are not shared, and gives the same.
 *
 * @throws on an unknown option, a shared axis that does not exist, and an open size along another
 */
export const prelu = layerMaker(Prelu);
