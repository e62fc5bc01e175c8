import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { argMax } from "../../../engine/ops/argMax.js";
import { cast } from "../../../engine/ops/cast.js";
import { clip } from "../../../engine/ops/clip.js";
import { concat } from "../../../engine/ops/concat.js";
import { div } from "../../../engine/ops/div.js";
import { gather } from "../../../engine/ops/gather.js";
import { greater } from "../../../engine/ops/greater.js";
import { log } from "../../../engine/ops/log.js";
import { mul } from "../../../engine/ops/mul.js";
import { neg } from "../../../engine/ops/neg.js";
import { oneHot } from "../../../engine/ops/oneHot.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { sigmoid } from "../../../engine/ops/sigmoid.js";
import { slice } from "../../../engine/ops/slice.js";
import { softmax } from "../../../engine/ops/softmax.js";
import { sub } from "../../../engine/ops/sub.js";
import { topK } from "../../../engine/ops/topK.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import {
  type Field,
  type FieldsOf,
  list,
  number,
  numbers,
  oneOf,
  optional,
  type ReadOf,
  record,
} from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../config/config.js";
import { commonType } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { type Own, readLayerOptions, settingsConfig } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { checkMerged, describeInputs } from "./merge.js";

/** How several predictions become one; see {@link pool}. */
export const poolRules = ["mean", "geometricMean", "median", "vote"] as const;
export type PoolRule = (typeof poolRules)[number];

export interface PoolOptions extends LayerOptions {
  /** Default: mean. */
  readonly rule?: PoolRule | undefined;
  /** What each input counts, from 0, divided by their sum; not for the median. Default: all alike. */
  readonly weights?: readonly number[] | undefined;
  /**
   * What the inputs are: probabilities, of classes along the last axis or of class 1 where its size is 1; or values of any
   * kind. Default: probabilities.
   */
  readonly of?: "probabilities" | "values" | undefined;
  /** Divides the pool's logits: above 1 it becomes less sure. For probabilities. Default: 1. */
  readonly temperature?: number | undefined;
  /**
   * Makes σ(slope · logit p + intercept) of the pool p (Platt 1999), for single probabilities and for two classes, where p is
   * that of the second. Default: none.
   */
  readonly platt?: Platt | undefined;
  /** For each input the columns of its last axis in the order that counts. Default: as they stand. */
  readonly orders?: readonly (readonly number[])[] | undefined;
}

/** A straight line on log-odds. */
export interface Platt {
  readonly slope: number;
  readonly intercept: number;
}

/** How {@link Platt} is read. */
export const plattField: Field<Platt> = record({ slope: number(), intercept: number() });

const fields = {
  rule: oneOf(poolRules, "mean"),
  weights: optional(numbers({ min: 0 })),
  of: oneOf(["probabilities", "values"], "probabilities"),
  temperature: number({ default: 1, above: 0 }),
  platt: optional(plattField),
  orders: optional(list(numbers({ min: 0, integer: true }), "an array of arrays of columns")),
} satisfies FieldsOf<Own<PoolOptions>>;

/**
 * Least probability in a logarithm: one member's 0 shall not decide alone. A power of two near 1e-7, so that 1 less it is
 * exact in float32 and 0 and 1 weigh the same.
 */
export const leastProbability: number = 2 ** -23;
/** What a vote leaves to probabilities, so that the larger of them decides between equal counts. */
export const tieShare = 1e-6;

/** The layer behind {@link pool}. */
export class Pool extends Layer {
  readonly type = "pool";
  readonly #settings: ReadOf<typeof fields>;

  constructor(options: PoolOptions = {}) {
    super(options);
    this.#settings = readLayerOptions("pool", options, fields);
    const { rule, of, temperature, weights, platt } = this.#settings;
    const calibrated = temperature !== 1 || platt !== undefined;
    if (of === "values" && (rule === "geometricMean" || rule === "vote" || calibrated)) {
      const what = !calibrated ? `the rule ${rule}` : temperature === 1 ? "platt" : "a temperature";
      throw this.error(`${what} is for probabilities; the inputs are said to be values.`);
    }
    if (temperature !== 1 && platt !== undefined) {
      throw this.error("a temperature and platt both calibrate; give one of them.");
    }
    if (rule === "median" && weights !== undefined)
      throw this.error("the median takes no weights; leave them out.");
    if (weights !== undefined && !weights.some((weight) => weight > 0)) {
      throw this.error("weights are all 0; at least one must be above.");
    }
  }

  get config(): Config {
    const { platt, orders, ...settings } = this.#settings;
    return {
      ...settingsConfig(settings),
      platt: platt === undefined ? null : { ...platt },
      orders: orders === undefined ? null : orders.map((order) => [...order]),
    };
  }

  override inputTypes(given: readonly DType[]): readonly DType[] {
    const common = commonType(given);
    return given.map(() => (common === "float64" ? common : "float32"));
  }

  protected override check(inputs: readonly OpenType[]): void {
    checkMerged(this, inputs);
    const { weights, platt } = this.#settings;
    const [first] = inputs as readonly [OpenType];
    const differs = ({ shape }: OpenType): boolean =>
      shape.length !== first.shape.length ||
      shape.some((size, axis) => size !== null && first.shape[axis] !== null && size !== first.shape[axis]);
    if (inputs.some(differs)) {
      throw this.error(`expected inputs of one shape, received ${describeInputs(inputs)}`);
    }
    const last = first.shape.at(-1);
    if (platt !== undefined && last !== 1 && last !== 2) {
      throw this.error(
        `platt is for single probabilities and for two classes, received ${describeInputs(inputs)}`,
      );
    }
    const { orders } = this.#settings;
    const bad = orders?.find(
      (order) => order.length !== last || order.some((column) => column >= order.length),
    );
    if (orders !== undefined && (orders.length !== inputs.length || bad !== undefined)) {
      throw this.error(
        `orders must have ${last} columns for each of ${inputs.length} inputs, received ${JSON.stringify(bad ?? orders)}.`,
      );
    }
    if (weights !== undefined && weights.length !== inputs.length) {
      throw this.error(
        `there are ${weights.length} weights for ${inputs.length} inputs; they must be as many.`,
      );
    }
  }

  call(given: readonly Value[]): Value {
    const { rule, of, temperature, platt, orders } = this.#settings;
    const inputs =
      orders === undefined ? given : given.map((input, index) => ordered(input, orders[index] ?? []));
    if (rule === "geometricMean") {
      const whole = geometricMean(inputs, this.#shares(inputs.length), temperature);
      return platt === undefined ? whole : onLogOdds(whole, platt);
    }
    const pooled = this.#pooled(inputs, rule);
    const isMedian = rule === "median" && of === "probabilities" && pooled.size(-1) > 1;
    const whole = isMedian ? div(pooled, reduceSum(pooled, { axes: [-1], keepDims: true })) : pooled;
    if (platt !== undefined) return onLogOdds(whole, platt);
    return temperature === 1 ? whole : geometricMean([whole], [1], temperature);
  }

  #pooled(inputs: readonly Value[], rule: Exclude<PoolRule, "geometricMean">): Value {
    if (rule === "median") return median(inputs);
    const shares = this.#shares(inputs.length);
    const mean = weightedSum(inputs, shares);
    if (rule === "mean") return mean;
    const votes = weightedSum(inputs.map(voteOf), shares);
    return add(mul(votes, 1 - tieShare), mul(mean, tieShare));
  }

  #shares(count: number): readonly number[] {
    const { weights = new Array<number>(count).fill(1) } = this.#settings;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  }
}

/** Columns in another order. */
function ordered(input: Value, order: readonly number[]): Value {
  if (order.every((column, place) => column === place)) return input;
  const columns = new Tensor("int64", [order.length], BigInt64Array.from(order, BigInt));
  return gather(input, input.graph.constant(columns), { axis: input.rank - 1 });
}

/** Σ w_l x_l; what has no weight is not computed. */
function weightedSum(inputs: readonly Value[], shares: readonly number[]): Value {
  return inputs
    .flatMap((input, index) => (shares[index] === 0 ? [] : [mul(input, shares[index] as number)]))
    .reduce((a, b) => add(a, b));
}

/** softmax(Σ w log p / T) along the last axis; of single probabilities σ(Σ w logit p / T). */
function geometricMean(inputs: readonly Value[], shares: readonly number[], temperature: number): Value {
  const single = (inputs[0] as Value).size(-1) === 1;
  const logs = inputs.map((input) => {
    const p = clip(input, leastProbability, 1 - leastProbability);
    return single ? sub(log(p), log(sub(1, p))) : log(p);
  });
  const scores = weightedSum(
    logs,
    shares.map((share) => share / temperature),
  );
  return single ? sigmoid(scores) : softmax(scores);
}

/** σ(slope · logit p + intercept) of single probabilities; of two classes beside its rest. */
function onLogOdds(pooled: Value, { slope, intercept }: Platt): Value {
  const p = clip(pooled, leastProbability, 1 - leastProbability);
  const single = pooled.size(-1) === 1;
  const part = (from: number): Value => slice(p, { starts: [from], ends: [from + 1], axes: [p.rank - 1] });
  const logit = single ? sub(log(p), log(sub(1, p))) : sub(log(part(1)), log(part(0)));
  const odds = add(mul(logit, slope), intercept);
  return single ? sigmoid(odds) : concat([sigmoid(neg(odds)), sigmoid(odds)], { axis: -1 });
}

/** The middle of the inputs at each place; of an even number the mean of the middle two. */
function median(inputs: readonly Value[]): Value {
  const count = inputs.length;
  const half = Math.floor(count / 2) + 1;
  const stacked = concat(
    inputs.map((input) => unsqueeze(input, [input.rank])),
    { axis: -1 },
  );
  const { values } = topK(stacked, { k: half, axis: -1 });
  const from = count % 2 === 1 ? half - 1 : half - 2;
  const middle = slice(values, { starts: [from], ends: [half], axes: [values.rank - 1] });
  return reduceMean(middle, { axes: [-1] });
}

/** A 1 at the class with the highest probability; of single probabilities 1 where it is above ½. */
function voteOf(input: Value): Value {
  if (input.size(-1) === 1) return cast(greater(input, 0.5), input.dtype);
  return cast(oneHot(argMax(input, { axis: -1, keepDims: false }), { depth: input.size(-1) }), input.dtype);
}

/**
 * The predictions of several members as one: a linear pool (`mean`), the mean of logits (`geometricMean`, which is the
 * same as the normalised geometric mean of probabilities: Heskes, "Selecting weighting factors in logarithmic opinion
 * pools", 1997), the `median` (of classes divided by its sum), or shares of votes (`vote`; of equal counts the class with
 * the higher mean probability leads by a millionth).
 *
 * Takes an array of two or more tensors of one shape, `[batch, …, classes]`, and gives one of it.
 *
 * @throws on an unknown option, on weights that are all 0 or not as many as inputs, on a temperature, `platt`, geometric mean or
 *   vote of values, and when called on tensors of different shapes
 */
export const pool = layerMaker(Pool);
