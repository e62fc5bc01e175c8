import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { mul } from "../../../engine/ops/mul.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { type FieldsOf, flag, number, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { type Shape, sizeOf } from "../../../engine/tensor/shape.js";
import type { Config } from "../../config/config.js";
import { type ConstraintSpec, constraint } from "../../constraints/resolve.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import { type RegularizerSpec, regularizer } from "../../regularizers/resolve.js";
import type { CallContext } from "../base/context.js";
import {
  Layer,
  type LayerFunction,
  type LayerOptions,
  layerFunction,
  type MultiOutputFunction,
  multiOutputFunction,
} from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { maskedSoftmax } from "../base/maskedSoftmax.js";
import {
  activityLoss,
  describeInput,
  expectRank,
  knownSize,
  type Own,
  readLayerOptions,
  resolved,
  settingsConfig,
} from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";
import { describeInputs } from "../merging/merge.js";
import { drop } from "../regularization/dropout.js";
import { attentionMask } from "./attentionMask.js";

export interface MultiHeadAttentionOptions extends LayerOptions {
  readonly numHeads: number;
  /** Size of each head's queries and keys. */
  readonly keyDim: number;
  /** Size of each head's values. Default: `keyDim`. */
  readonly valueDim?: number | undefined;
  /** Share of the attention that training drops. Default: 0. */
  readonly dropout?: number | undefined;
  /** Default: true. */
  readonly useBias?: boolean | undefined;
  /** Size of the output's last axis. Default: that of the query. */
  readonly outputShape?: number | undefined;
  /** Whether a step may look at no later one. Default: false. (An argument of the call in Keras.) */
  readonly useCausalMask?: boolean | undefined;
  /** Give the attention behind the output. Default: false. (An argument of the call in Keras.) */
  readonly returnAttentionScores?: boolean | undefined;
  /** Default: glorotUniform. */
  readonly kernelInitializer?: InitializerSpec | undefined;
  /** Default: zeros. */
  readonly biasInitializer?: InitializerSpec | undefined;
  readonly kernelRegularizer?: RegularizerSpec | undefined;
  readonly biasRegularizer?: RegularizerSpec | undefined;
  readonly activityRegularizer?: RegularizerSpec | undefined;
  readonly kernelConstraint?: ConstraintSpec | undefined;
  readonly biasConstraint?: ConstraintSpec | undefined;
}

const size = number({ min: 1, integer: true });
const fields = {
  numHeads: size,
  keyDim: size,
  valueDim: optional(size),
  dropout: number({ default: 0, min: 0, max: 1 }),
  useBias: flag(true),
  outputShape: optional(size),
  useCausalMask: flag(false),
  returnAttentionScores: flag(false),
  kernelInitializer: resolved(initializer, "glorotUniform"),
  biasInitializer: resolved(initializer, "zeros"),
  kernelRegularizer: optional(resolved(regularizer)),
  biasRegularizer: optional(resolved(regularizer)),
  activityRegularizer: optional(resolved(regularizer)),
  kernelConstraint: optional(resolved(constraint)),
  biasConstraint: optional(resolved(constraint)),
} satisfies FieldsOf<Own<MultiHeadAttentionOptions>>;

/** An affine map over the last axis. */
interface Projection {
  readonly kernel: Variable;
  readonly bias: Variable | undefined;
}

/**
 * The layer behind {@link multiHeadAttention}. Variables, each followed by its bias `[heads, size]`: query/kernel,
 * key/kernel and value/kernel `[features, heads, size]`, then attentionOutput/kernel `[heads, size, outputs]` with
 * bias `[outputs]`.
 */
export class MultiHeadAttention extends Layer {
  readonly type = "multiHeadAttention";
  readonly settings: ReadOf<typeof fields>;
  #query!: Projection;
  #key!: Projection;
  #value!: Projection;
  #output!: Projection;

  constructor(options: MultiHeadAttentionOptions) {
    super(options);
    this.settings = readLayerOptions("multiHeadAttention", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.settings);
  }

  /** Bools are masks. */
  override inputTypes(given: readonly DType[]): readonly DType[] {
    return given.map((dtype) => (dtype === "bool" ? dtype : "float32"));
  }

  protected override check(inputs: readonly OpenType[]): void {
    const sequences = inputs.filter(({ dtype }) => dtype !== "bool");
    const [query, value, key = value] = sequences;
    const masks = inputs.length - sequences.length;
    if (
      query === undefined ||
      value === undefined ||
      key === undefined ||
      sequences.length > 3 ||
      masks > 1
    ) {
      throw this.error(wrongInputs(inputs.length, masks));
    }
    for (const input of [query, value, key]) {
      expectRank(this, input, ["batch", "steps", "features"]);
      knownSize(this, input, 2);
    }
    const [steps, others] = [value.shape[1], key.shape[1]];
    if (typeof steps === "number" && typeof others === "number" && steps !== others) {
      throw this.error(`expected as many keys as values, received ${describeInputs([value, key])}`);
    }
    const mask = inputs.find(({ dtype }) => dtype === "bool");
    if (mask !== undefined && mask.shape.length !== 3) {
      throw this.error(`expected a mask (batch, queries, keys), received ${describeInput(mask)}`);
    }
  }

  protected override build(inputs: readonly OpenType[]): void {
    const [query, value, key = value] = inputs.filter(({ dtype }) => dtype !== "bool") as [
      OpenType,
      OpenType,
    ];
    const { numHeads, keyDim, valueDim = keyDim, outputShape } = this.settings;
    const features = (input: OpenType): number => input.shape[2] as number;
    const heads = (size: number): readonly number[] => [numHeads, size];
    this.#query = this.#addProjection("query", [features(query)], heads(keyDim));
    this.#key = this.#addProjection("key", [features(key)], heads(keyDim));
    this.#value = this.#addProjection("value", [features(value)], heads(valueDim));
    this.#output = this.#addProjection("attentionOutput", heads(valueDim), [outputShape ?? features(query)]);
  }

  #addProjection(name: string, from: Shape, to: Shape): Projection {
    const { settings } = this;
    const kernel = this.addWeight({
      name: `${name}/kernel`,
      shape: [...from, ...to],
      initializer: settings.kernelInitializer,
      regularizer: settings.kernelRegularizer,
      constraint: settings.kernelConstraint,
    });
    if (!settings.useBias) return { kernel, bias: undefined };
    const bias = this.addWeight({
      name: `${name}/bias`,
      shape: to,
      initializer: settings.biasInitializer,
      regularizer: settings.biasRegularizer,
      constraint: settings.biasConstraint,
    });
    return { kernel, bias };
  }

  call(inputs: readonly Value[], context: CallContext): Value | readonly Value[] {
    const at = inputs.flatMap(({ dtype }, index) => (dtype === "bool" ? [] : [index]));
    const [query, value, key = value] = at.map((index) => inputs[index]) as [Value, Value, Value?];
    const mask = attentionMask(
      context.graph,
      {
        query: context.masks[at[0] as number],
        value: context.masks[at[1] as number],
        key: at[2] === undefined ? undefined : context.masks[at[2]],
        given: inputs.find(({ dtype }) => dtype === "bool"),
      },
      {
        targets: query.size(1),
        sources: key.size(1),
        causal: this.settings.useCausalMask,
      },
    );
    const scores = this.#scores(query, key, mask, context);
    const { dropout, activityRegularizer, returnAttentionScores } = this.settings;
    const kept = context.training && dropout > 0 ? drop(scores, context, dropout, scores.shape) : scores;
    const mixed = transpose(matMul(kept, this.#heads(value, this.#value, context)), [0, 2, 1, 3]);
    const [batch, steps, size] = [mixed.size(0), mixed.size(1), mixed.shape.slice(2)];
    const output = this.#project(reshape(mixed, [batch, steps, sizeOf(size)]), this.#output, context);
    if (activityRegularizer !== undefined) context.addLoss(activityLoss(activityRegularizer, output));
    return returnAttentionScores ? [output, scores] : output;
  }

  /** How much of each key every query takes: `[batch, heads, queries, keys]`, with sums of 1, or of 0 where it may look nowhere. */
  #scores(query: Value, key: Value, mask: Value | undefined, context: CallContext): Value {
    const scaled = mul(this.#heads(query, this.#query, context), 1 / Math.sqrt(this.settings.keyDim));
    const keys = transpose(this.#heads(key, this.#key, context), [0, 1, 3, 2]);
    const products = matMul(scaled, keys);
    return maskedSoftmax(products, mask && unsqueeze(mask, [1]), -1);
  }

  /** `[batch, steps, features]` projected for each head: `[batch, heads, steps, size]`. */
  #heads(x: Value, projection: Projection, context: CallContext): Value {
    const [, heads, size] = projection.kernel.shape as [number, number, number];
    const [batch, steps] = [x.size(0), x.size(1)];
    const apart = reshape(this.#project(x, projection, context), [batch, steps, heads, size]);
    return transpose(apart, [0, 2, 1, 3]);
  }

  #project(x: Value, { kernel, bias }: Projection, context: CallContext): Value {
    const features = x.size(2);
    const weights = reshape(context.weight(kernel), [features, sizeOf(kernel.shape) / features]);
    const product = matMul(x, weights);
    return bias === undefined ? product : add(product, reshape(context.weight(bias), [sizeOf(bias.shape)]));
  }
}

function wrongInputs(count: number, masks: number): string {
  const expected = "expected [query, value], or [query, value, key]";
  if (masks === 0) {
    return `${expected}, received ${count} inputs. To let a sequence attend to itself, call it on [x, x].`;
  }
  return (
    `${expected}, and behind them one mask if wanted, received ${count} inputs, ${masks} of them bool. Bools are masks: to ` +
    'attend to one, make it numbers first, for example with lambda(([x]) => ops.cast(x, "float32")).'
  );
}

interface MakeAttention {
  (
    options: MultiHeadAttentionOptions & { readonly returnAttentionScores: true },
  ): MultiOutputFunction<MultiHeadAttention>;
  (
    options: MultiHeadAttentionOptions & { readonly returnAttentionScores?: false | undefined },
  ): LayerFunction<MultiHeadAttention>;
}

function make(options: MultiHeadAttentionOptions): LayerFunction | MultiOutputFunction {
  const layer = new MultiHeadAttention(options);
  return layer.settings.returnAttentionScores ? multiOutputFunction(layer) : layerFunction(layer);
}

/**
 * Scaled dot-product attention in several heads (Vaswani et al. 2017): each query takes a mixture of values,
 * softmax(Q · Kᵀ / √keyDim) · V, and the heads' mixtures are projected together.
 *
 * Takes `[query, value]` or `[query, value, key]` (default: the values), each `[batch, steps, features]`, and
 * behind them, if wanted, a bool mask `[batch, queries, keys]`, true where a query may look. Gives
 * `[batch, queries, outputShape]`; with `returnAttentionScores` a list: that and the attention
 * `[batch, heads, queries, keys]`.
 *
 * Masks of the inputs are obeyed, and the query's goes on. A query that may look nowhere takes nothing: its output is the output's
 * bias alone.
 *
 * @throws on an unknown option, and when called on other than these inputs
 */
export const multiHeadAttention = layerMaker(MultiHeadAttention, { make: make as MakeAttention });
