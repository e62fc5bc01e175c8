import type { Value } from "../../../engine/graph/graph.js";
import { cast } from "../../../engine/ops/cast.js";
import { equal } from "../../../engine/ops/equal.js";
import { gather } from "../../../engine/ops/gather.js";
import { less } from "../../../engine/ops/less.js";
import { not } from "../../../engine/ops/not.js";
import { or } from "../../../engine/ops/or.js";
import { where } from "../../../engine/ops/where.js";
import { type FieldsOf, flag, number, optional, type ReadOf } from "../../../engine/options.js";
import { isFloat } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { type ConstraintSpec, constraint } from "../../constraints/resolve.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, onlyInput, readLayerOptions, resolved, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

export interface EmbeddingOptions extends LayerOptions {
  /** How many ids there are: they run from 0 to `inputDim` − 1. */
  readonly inputDim: number;
  /** Length of each id's vector. */
  readonly outputDim: number;
  /** Default: uniform, between −0.05 and 0.05. */
  readonly embeddingsInitializer?: InitializerSpec | undefined;
  readonly embeddingsRegularizer?: RegularizerSpec | undefined;
  readonly embeddingsConstraint?: ConstraintSpec | undefined;
  /** Whether id 0 marks steps that the layers behind skip. Default: false. */
  readonly maskZero?: boolean | undefined;
}

const fields = {
  inputDim: number({ min: 1, integer: true }),
  outputDim: number({ min: 1, integer: true }),
  embeddingsInitializer: resolved(initializer, "randomUniform"),
  embeddingsRegularizer: optional(resolved(regularizer)),
  embeddingsConstraint: optional(resolved(constraint)),
  maskZero: flag(false),
} satisfies FieldsOf<Own<EmbeddingOptions>>;

/** The layer behind {@link embedding}. Variable: embeddings `[inputDim, outputDim]`. */
export class Embedding extends Layer {
  readonly type = "embedding";
  readonly #settings: ReadOf<typeof fields>;
  #embeddings!: Variable;
  /** What each call was given, by what it made. */
  readonly #ids = new WeakMap<Value, Value>();

  constructor(options: EmbeddingOptions) {
    super(options);
    this.#settings = readLayerOptions("embedding", options, fields);
  }

  override get inputLimit(): number {
    return this.#settings.inputDim;
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  protected override check(inputs: readonly OpenType[]): void {
    onlyInput(this, inputs);
  }

  protected override build(): void {
    const { inputDim, outputDim } = this.#settings;
    this.#embeddings = this.addWeight({
      name: "embeddings",
      shape: [inputDim, outputDim],
      initializer: this.#settings.embeddingsInitializer,
      regularizer: this.#settings.embeddingsRegularizer,
      constraint: this.#settings.embeddingsConstraint,
    });
  }

  call([ids]: readonly [Value], context: CallContext): Value {
    const made = gather(context.weight(this.#embeddings), this.#known(ids));
    this.#ids.set(made, ids);
    return made;
  }

  /** The ids as they came to the call that made `made`, of whatever type; `undefined` where none of this layer's did. */
  idsOf(made: Value): Value | undefined {
    return this.#ids.get(made);
  }

  /**
   * Ids as they are, and one that is none in the place of those below 0 and between whole numbers: ONNX counts the former from the
   * end, and would read another id's vector without a word.
   */
  #known(ids: Value): Value {
    const isWhole = !isFloat(ids.dtype);
    const whole = ids.dtype === "int32" || ids.dtype === "int64" ? ids : cast(ids, "int32");
    const strange = less(whole, 0);
    const none = ids.graph.scalar(this.#settings.inputDim, whole.dtype);
    if (isWhole) return where(strange, none, whole);
    return where(or(strange, not(equal(cast(whole, ids.dtype), ids))), none, whole);
  }

  override mask([ids]: readonly [Value]): readonly (Value | undefined)[] {
    return this.#settings.maskZero ? [not(equal(ids, 0))] : [];
  }
}

/**
 * A vector for each id, learnt.
 *
 * Takes ids `[batch, …]`, int32 or int64 (others are converted; an id that is none of the layer's ends the run with an error,
 * wherever it comes from), and gives `[batch, …, outputDim]`. With
 * `maskZero` the layers behind receive the mask `ids ≠ 0`; without it a mask ends here.
 *
 * @throws on an unknown option, and where an option is out of range
 */
export const embedding = layerMaker(Embedding);
