import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { div } from "../../../engine/ops/div.js";
import { max } from "../../../engine/ops/max.js";
import { mul } from "../../../engine/ops/mul.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { sqrt } from "../../../engine/ops/sqrt.js";
import { sub } from "../../../engine/ops/sub.js";
import { type FieldsOf, flag, numberOrNumbers, optional, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { normalizeAxis, type Shape, sizeOf } from "../../../engine/tensor/shape.js";
import { Tensor, type TensorLike, tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import { epsilon } from "../../config/epsilon.js";
import { ones } from "../../initializers/ones.js";
import { zeros } from "../../initializers/zeros.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { knownSize, type Own, onlyInput, readLayerOptions, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";

export interface NormalizationOptions extends LayerOptions {
  /** The axis, or axes, each of whose elements is normalised by itself; none (`[]`) for all together. Default: −1, the last. */
  readonly axis?: number | readonly number[] | undefined;
  /** Known means: a number, or one for each element of the axis; with `variance`. Default: `adapt` finds them. */
  readonly mean?: number | readonly number[] | undefined;
  /** Known variances; with `mean`. */
  readonly variance?: number | readonly number[] | undefined;
  /** Undo it: x · √variance + mean. Default: false. */
  readonly invert?: boolean | undefined;
}

const fields = {
  axis: numberOrNumbers(-1, { integer: true }),
  mean: optional(numberOrNumbers(undefined)),
  variance: optional(numberOrNumbers(undefined, { min: 0 })),
  invert: flag(false),
} satisfies FieldsOf<Own<NormalizationOptions>>;

interface Statistics {
  readonly mean: Variable;
  readonly variance: Variable;
}

/** The layer behind {@link normalization}. Variables, unless they were given: mean and variance, neither of them trained. */
export class Normalization extends Layer {
  readonly type = "normalization";
  readonly #settings: ReadOf<typeof fields>;
  #statistics: Statistics | undefined;
  /** Sizes of the axes that are kept, once they are known. */
  #kept: Shape | undefined;

  constructor(options: NormalizationOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("normalization", options, fields);
    const { mean, variance } = this.#settings;
    if ((mean === undefined) !== (variance === undefined)) {
      throw this.error("mean and variance go together; give both, or neither and call adapt");
    }
  }

  get config(): Config {
    return settingsConfig(this.#settings);
  }

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    const kept = this.#axes(x.shape.length).map((axis) => knownSize(this, x, axis));
    if (this.#kept !== undefined && this.#kept.join() !== kept.join()) {
      throw this.error(
        `was made for ${this.#kept.join(" × ")} elements along its axes, received ${kept.join(" × ")}`,
      );
    }
    const size = sizeOf(kept);
    for (const name of ["mean", "variance"] as const) {
      const given = this.#settings[name];
      if (given === undefined || typeof given === "number" || given.length === size) continue;
      throw this.error(`${name} has ${given.length} numbers, and there are ${size} elements along its axes`);
    }
  }

  protected override build([x]: readonly [OpenType]): void {
    this.#kept = this.#axes(x.shape.length).map((axis) => knownSize(this, x, axis));
    if (this.#settings.mean !== undefined) return;
    const shape = this.#kept;
    this.#statistics = {
      mean: this.addWeight({ name: "mean", shape, initializer: zeros(), trainable: false }),
      variance: this.addWeight({ name: "variance", shape, initializer: ones(), trainable: false }),
    };
  }

  /** The kept axes of a tensor of some rank, in order. */
  #axes(rank: number): number[] {
    const { axis } = this.#settings;
    const given = typeof axis === "number" ? [axis] : axis;
    return [...new Set(given.map((one) => normalizeAxis(one, rank)))].sort((a, b) => a - b);
  }

  /**
   * Finds mean and variance of data, which replace those before.
   *
   * @param data of the layer's shape with a batch in front, all there are
   * @throws ImagoError where mean and variance were given as options, and on data of another shape, or none
   */
  adapt(data: TensorLike): void {
    if (this.#settings.mean !== undefined) {
      throw this.error("mean and variance were given; there is nothing to adapt");
    }
    const given = this.inErrors(() => tensor(data));
    if (given.size === 0) throw this.error("there is nothing in the data to adapt to");
    this.ensureBuilt([given]);
    const { mean, variance } = momentsOf(given, this.#axes(given.shape.length));
    const statistics = this.#statistics as Statistics;
    statistics.mean.value = mean;
    statistics.variance.value = variance;
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const axes = this.#axes(x.rank);
    const shape = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
    const { mean, deviation } = this.#moments(shape, x, context);
    return this.#settings.invert ? add(mul(x, deviation), mean) : div(sub(x, mean), deviation);
  }

  #moments(
    shape: Shape,
    x: Value,
    context: CallContext,
  ): { readonly mean: Value; readonly deviation: Value } {
    const { mean, variance } = this.#settings;
    const constant = (given: number | readonly number[]): Value => {
      const size = sizeOf(shape);
      const numbers = typeof given === "number" ? new Array<number>(size).fill(given) : given;
      return x.graph.constant(new Tensor("float32", shape, Float32Array.from(numbers)));
    };
    const statistics = this.#statistics;
    const one = (given: typeof mean, variable: Variable | undefined): Value =>
      given === undefined ? reshape(context.weight(variable as Variable), shape) : constant(given);
    const spread = one(variance, statistics?.variance);
    // What does not vary is not divided by 0.
    return { mean: one(mean, statistics?.mean), deviation: max(sqrt(spread), epsilon) };
  }
}

/** Mean and variance over all axes but those kept, summed in float64 in two passes. */
function momentsOf(
  data: Tensor,
  kept: readonly number[],
): { readonly mean: Tensor; readonly variance: Tensor } {
  const shape = kept.map((axis) => data.sizeAt(axis));
  const size = sizeOf(shape);
  const place = placesOf(data.shape, kept);
  const numbers = toNumbers(data);
  const count = data.size / size;
  const [mean, variance] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < numbers.length; i++)
    mean[place(i)] = (mean[place(i)] as number) + (numbers[i] as number) / count;
  for (let i = 0; i < numbers.length; i++) {
    const at = place(i);
    variance[at] = (variance[at] as number) + ((numbers[i] as number) - (mean[at] as number)) ** 2 / count;
  }
  return {
    mean: new Tensor("float32", shape, Float32Array.from(mean)),
    variance: new Tensor("float32", shape, Float32Array.from(variance)),
  };
}

/** Where an element of a tensor belongs among those of the kept axes. */
function placesOf(shape: Shape, kept: readonly number[]): (element: number) => number {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const axes = kept.map((axis) => ({ size: shape[axis] as number, stride: strides[axis] as number }));
  return (element) =>
    axes.reduce((at, { size, stride }) => at * size + (Math.floor(element / stride) % size), 0);
}

/**
 * (x − mean) / √variance, element by element along an axis, where mean and variance are found by `adapt` before training, or given:
 *
 * ```ts
 * const norm = normalization();
 * norm.layer.adapt(data);
 * ```
 *
 * Takes any shape and gives the same, in float32.
 *
 * @throws on an unknown option, on a mean without a variance, and when called on a tensor whose size along the axis is open
 */
export const normalization = layerMaker(Normalization);
