import type { Graph, Node, Value } from "../../graph/graph.js";
import { sameShape } from "../../tensor/shape.js";
import { add } from "../add.js";
import { cast } from "../cast.js";
import { concat } from "../concat.js";
import { type ReduceInputs, reducedAxes } from "../define/reduce.js";
import { matMul } from "../matMul.js";
import { mul } from "../mul.js";
import { neg } from "../neg.js";
import { oneHot } from "../oneHot.js";
import { reduceSum } from "../reduceSum.js";
import { reshape } from "../reshape.js";
import { sub } from "../sub.js";
import { transpose } from "../transpose.js";

/** The loop that a sum is taken over. */
export interface Loop {
  readonly body: Graph;
  /** Number of steps. */
  readonly length: number;
}

/** How to have a sum over time outside of the loop. */
export interface SumPlan {
  /** Values of the body of which all steps are needed. */
  readonly needs: readonly Value[];
  /** Emits the sum, given each of `needs` as `[time, …]`. */
  readonly emit: (stacked: (value: Value) => Value) => Value;
}

/**
 * How the sum over all steps of a loop of `value`, a value of its body, can be had outside of the loop with
 * less work than adding it up at every step:
 *
 * - Σₜ aₜᵀ·dₜ, the gradient of a weight, is one product over all rows of all steps, also where the rows of aₜ are
 *   one-hot vectors
 * - Σₜ Σ_rows dₜ, the gradient of a bias, is one sum
 * - sums, negatives, reshapes, transposes and concatenations change places with the sum over time
 *
 * @returns `undefined` where the sum must be taken inside the loop
 */
export function sumOverTime(value: Value, loop: Loop): SumPlan | undefined {
  if (value.graph !== loop.body) return { needs: [], emit: () => mul(value, loop.length) };
  const node = value.producer;
  if (node === undefined) return undefined;
  const [first, second] = node.inputs as readonly [Value, Value];
  switch (node.operator) {
    case add.operator:
      return combine(add, value, [first, second], loop);
    case sub.operator:
      return combine(sub, value, [first, second], loop);
    case neg.operator:
      return map(first, loop, neg);
    case reshape.operator:
      return map(first, loop, (sum) => reshape(sum, value.shape));
    case transpose.operator:
      return map(first, loop, (sum) => transpose(sum, node.attributes.ints("perm")));
    case concat.operator:
      return together(node.inputs as readonly Value[], loop, (sums) =>
        concat(sums, { axis: node.attributes.int("axis") }),
      );
    case mul.operator:
      return scaling(value, [first, second], loop) ?? scaling(value, [second, first], loop);
    case reduceSum.operator:
      return reduction(value, node);
    case matMul.operator:
      return product(first, second, loop);
    default:
      return undefined;
  }
}

function map(value: Value, loop: Loop, change: (sum: Value) => Value): SumPlan | undefined {
  const plan = sumOverTime(value, loop);
  return plan && { needs: plan.needs, emit: (stacked) => change(plan.emit(stacked)) };
}

function together(
  values: readonly Value[],
  loop: Loop,
  join: (sums: readonly Value[]) => Value,
): SumPlan | undefined {
  const plans = values.map((value) => sumOverTime(value, loop));
  if (!plans.every((plan) => plan !== undefined)) return undefined;
  return {
    needs: plans.flatMap(({ needs }) => needs),
    emit: (stacked) => join(plans.map((plan) => plan.emit(stacked))),
  };
}

function combine(
  operation: (a: Value, b: Value) => Value,
  { shape }: Value,
  terms: readonly [Value, Value],
  loop: Loop,
): SumPlan | undefined {
  if (!terms.every((term) => sameShape(term.shape, shape))) return undefined;
  return together(terms, loop, ([a, b]) => operation(a as Value, b as Value));
}

/** A product with something that is the same at every step. */
function scaling(
  { shape }: Value,
  [varying, fixed]: readonly [Value, Value],
  loop: Loop,
): SumPlan | undefined {
  if (fixed.graph === loop.body && fixed.constant === undefined) return undefined;
  if (!sameShape(varying.shape, shape)) return undefined;
  return map(varying, loop, (sum) => mul(sum, fixed.constant ?? fixed));
}

function reduction(value: Value, node: Node): SumPlan {
  const [x] = node.inputs as readonly [Value];
  const axes = reducedAxes({ inputs: node.inputs as ReduceInputs, attributes: node.attributes });
  return {
    needs: [x],
    emit: (stacked) =>
      reshape(reduceSum(stacked(x), { axes: [0, ...axes.map((axis) => axis + 1)] }), value.shape),
  };
}

/** How much wider the second matrix of a product is from which on the product is taken transposed. */
const muchWider = 2;

function product(a: Value, b: Value, loop: Loop): SumPlan | undefined {
  if (a.rank !== 2 || b.rank !== 2) return undefined;
  if (a.graph !== loop.body) return map(b, loop, (sum) => matMul(a, sum));
  if (b.graph !== loop.body) return map(a, loop, (sum) => matMul(sum, b));
  const symbols = symbolsOf(a);
  if (symbols !== undefined) {
    const all = { depth: a.size(0), axis: 0, dtype: a.dtype };
    return {
      needs: [symbols, b],
      emit: (stacked) => matMul(oneHot(reshape(stacked(symbols), [-1]), all), rows(stacked(b))),
    };
  }
  if (a.producer?.operator !== transpose.operator || a.producer.attributes.ints("perm")?.[0] === 0)
    return undefined;
  const [left] = a.producer.inputs as readonly [Value, Value];
  // The larger matrix comes first: the second one is copied before it is multiplied.
  const isTurned = b.size(1) >= muchWider * left.size(1);
  const transposedProduct = (x: Value, y: Value): Value => matMul(transpose(rows(x)), rows(y));
  return {
    needs: [left, b],
    emit: (stacked) =>
      isTurned
        ? transpose(transposedProduct(stacked(b), stacked(left)))
        : transposedProduct(stacked(left), stacked(b)),
  };
}

/** All steps' rows one below the other. */
const rows = (x: Value): Value => reshape(x, [-1, x.size(-1)]);

/** The numbers `[batch]` whose one-hot vectors are the columns of `matrix`, if they are. */
function symbolsOf({ producer }: Value): Value | undefined {
  if (producer?.operator !== oneHot.operator || producer.attributes.int("axis", -1) !== 0) return undefined;
  const [indices] = producer.inputs as readonly [Value, Value];
  return indices.producer?.operator === cast.operator ? indices.producer.inputs[0] : indices;
}
