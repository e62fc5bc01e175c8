import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { cast } from "../../engine/ops/cast.js";
import { div } from "../../engine/ops/div.js";
import { gather } from "../../engine/ops/gather.js";
import { matMul } from "../../engine/ops/matMul.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { round } from "../../engine/ops/round.js";
import { sub } from "../../engine/ops/sub.js";
import { topK } from "../../engine/ops/topK.js";
import { type FieldsOf, number, optional, readOptions, text } from "../../engine/options.js";
import { type CheckedData, checkData, checkRows } from "./checkData.js";
import { constantOf } from "./constantOf.js";
import type { Fitted, Learner } from "./learner.js";
import type { Matrix } from "./matrix.js";
import { packNumbers, unpackNumbers } from "./savedNumbers.js";
import { type Scaling, scaledRows, standardize } from "./standardize.js";

export interface KNearestOptions {
  /** How many neighbours; all rows where there are fewer. From 1. Default: 5. */
  readonly k?: number | undefined;
  /** Most rows that are kept; of more so many are drawn. From 1. Default: 20000. */
  readonly maxRows?: number | undefined;
}

const fields = {
  k: number({ default: 5, min: 1, integer: true }),
  maxRows: number({ default: 20_000, min: 1, integer: true }),
} satisfies FieldsOf<KNearestOptions>;

/** The rows that were learnt, on their own scale. */
interface Neighbours extends Scaling {
  readonly k: number;
  /** [rows, columns] */
  readonly rows: Float64Array;
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly classes: number | undefined;
}

export interface NeighboursState {
  readonly kind: "neighbours";
  readonly k: number;
  readonly classes: number | null;
  /** float64 as base64, as are the others; rows lie one behind the other. */
  readonly rows: string;
  readonly y: string;
  readonly weights: string | null;
  readonly means: string;
  readonly deviations: string;
  readonly [key: string]: string | number | null;
}

/**
 * The mean of y, or the shares of classes, over the `k` rows that lie nearest by Euclid's distance in columns with mean
 * 0 and standard deviation 1 (divisor n), each by its weight. Of rows equally far, whose squared distances differ by less than 2⁻²⁶ or so, the
 * earlier are taken.
 */
export function kNearest(options: KNearestOptions = {}): Learner {
  const config = readOptions("kNearest", options, fields);
  return {
    name: "kNearest",
    config,
    portable: true,
    fit: (given) => {
      const { x, y, weights, classes } = drawn(checkData("kNearest", given), config.maxRows);
      const { means, deviations } = standardize(x, weights);
      const rows = scaledRows(x, { means, deviations });
      return neighboursFitted({
        k: Math.min(config.k, x.rows),
        rows,
        y,
        weights,
        classes,
        means,
        deviations,
      });
    },
  };
}

function drawn(data: CheckedData, most: number): CheckedData {
  const { x, y, weights, random } = data;
  if (x.rows <= most) return data;
  const rows = random.split("kNearest").permutation(x.rows).slice(0, most).sort();
  const of = (values: Float64Array): Float64Array => Float64Array.from(rows, (i) => values[i]!);
  return {
    ...data,
    x: x.select({ rows }),
    y: of(y),
    weights: weights === undefined ? undefined : of(weights),
  };
}

function neighboursFitted(learnt: Neighbours): Fitted {
  return {
    predict: (x) => predictNeighbours(learnt, x),
    emit: (x) => emitNeighbours(learnt, x),
    get state(): NeighboursState {
      const { k, rows, y, weights, classes, means, deviations } = learnt;
      return {
        kind: "neighbours",
        k,
        classes: classes ?? null,
        rows: packNumbers(rows),
        y: packNumbers(y),
        weights: weights === undefined ? null : packNumbers(weights),
        means: packNumbers(means),
        deviations: packNumbers(deviations),
      };
    },
  };
}

const count = number({ min: 1, integer: true });
/** Numbers as base64. */
const packed = text();
const savedFields = {
  kind: text(),
  k: count,
  classes: optional(count),
  ...{ rows: packed, y: packed, weights: optional(packed), means: packed, deviations: packed },
};

/** @throws {ImagoError} if a part is not what was saved */
export function restoreNeighbours(state: NeighboursState): Fitted {
  const { k, classes, ...saved } = readOptions("kNearest", state, savedFields);
  const of = (name: "rows" | "y" | "means" | "deviations"): Float64Array =>
    unpackNumbers(`kNearest: ${name}`, saved[name], Float64Array);
  const learnt = {
    ...{ k, classes, rows: of("rows"), y: of("y"), means: of("means"), deviations: of("deviations") },
    weights:
      saved.weights === undefined
        ? undefined
        : unpackNumbers("kNearest: weights", saved.weights, Float64Array),
  };
  checkNeighbours(learnt);
  return neighboursFitted(learnt);
}

function checkNeighbours({ k, rows, y, weights, means, deviations, classes }: Neighbours): void {
  const fits =
    k <= y.length &&
    rows.length === y.length * means.length &&
    deviations.length === means.length &&
    (weights === undefined || weights.length === y.length) &&
    (classes === undefined || y.every((one) => Number.isInteger(one) && one >= 0 && one < classes));
  if (!fits) throw new ImagoError("kNearest: the saved rows, y, weights and scales do not fit.");
}

function predictNeighbours(learnt: Neighbours, x: Matrix): Float64Array {
  const { k, y, weights, classes, means } = learnt;
  checkRows("kNearest", x, means.length);
  const width = classes ?? 1;
  const queries = scaledRows(x, learnt);
  const result = new Float64Array(x.rows * width);
  const near = { rows: new Int32Array(k), squares: new Float64Array(k) };
  for (let i = 0; i < x.rows; i++) {
    findNearest(learnt, queries.subarray(i * means.length, (i + 1) * means.length), near);
    let total = 0;
    for (const row of near.rows) total += weights === undefined ? 1 : weights[row]!;
    for (const row of near.rows) {
      const weight = (weights === undefined ? 1 : weights[row]!) / total;
      if (classes === undefined) result[i]! += weight * y[row]!;
      else result[i * width + y[row]!]! += weight;
    }
  }
  return result;
}

/** Squared distances are counted in this: what is equally far is so wherever it is computed, in whatever order it is added up. */
const quantum = 2 ** -26;

/** The nearest rows and the squares of their distances in quanta, nearest first. */
function findNearest(
  { rows, y, k }: Neighbours,
  query: Float64Array,
  near: { readonly rows: Int32Array; readonly squares: Float64Array },
): void {
  const { rows: numbers, squares } = near;
  const columns = query.length;
  squares.fill(Number.POSITIVE_INFINITY);
  let worst = Number.POSITIVE_INFINITY;
  // From here on a row is no nearer, whatever is left of its square.
  let limit = worst;
  for (let row = 0; row < y.length; row++) {
    const from = row * columns;
    let square = 0;
    for (let j = 0; j < columns && square < limit; j++) {
      const apart = rows[from + j]! - query[j]!;
      square += apart * apart;
    }
    square = Math.round(square / quantum);
    // Equally far is not nearer, so the earlier row stays.
    if (!(square < worst) && row >= k) continue;
    let at = Math.min(row, k - 1);
    for (; at > 0 && squares[at - 1]! > square; at--) {
      squares[at] = squares[at - 1]!;
      numbers[at] = numbers[at - 1]!;
    }
    squares[at] = square;
    numbers[at] = row;
    worst = squares[k - 1]!;
    limit = (worst + 1) * quantum;
  }
}

/** In float64 throughout: in float32 the differences of large squares would choose other neighbours. */
function emitNeighbours(learnt: Neighbours, x: Value): Value {
  const { k, rows, y, weights, classes, means, deviations } = learnt;
  const columns = means.length;
  const wide = cast(x, "float64");
  const scaled = div(sub(wide, constantOf(wide, [columns], means)), constantOf(wide, [columns], deviations));
  const across = new Float64Array(rows.length);
  const squares = new Float64Array(y.length);
  for (let row = 0; row < y.length; row++) {
    for (let j = 0; j < columns; j++) {
      const one = rows[row * columns + j]!;
      across[j * y.length + row] = 2 * one;
      squares[row]! += one * one;
    }
  }
  // ‖q‖² + ‖s‖² − 2 q · s, of equal ones the first.
  const products = matMul(scaled, constantOf(wide, [columns, y.length], across));
  const own = reduceSum(mul(scaled, scaled), { axes: [1], keepDims: true });
  const distances = add(own, sub(constantOf(wide, [y.length], squares), products));
  const quanta = round(div(distances, constantOf(wide, [], [quantum])));
  const { indices } = topK(quanta, { k, largest: false });
  const table = constantOf(
    wide,
    classes === undefined ? [y.length] : [y.length, classes],
    targets(y, classes),
  );
  const near = gather(x.graph.constant(table), indices);
  if (weights === undefined) return cast(reduceMean(near, { axes: [1], keepDims: false }), x.dtype);
  const shares = gather(
    x.graph.constant(constantOf(wide, [y.length, ...(classes ? [1] : [])], weights)),
    indices,
  );
  const sum = reduceSum(mul(near, shares), { axes: [1], keepDims: false });
  return cast(div(sum, reduceSum(shares, { axes: [1], keepDims: false })), x.dtype);
}

function targets(y: Float64Array, classes: number | undefined): Float64Array {
  if (classes === undefined) return y;
  const shares = new Float64Array(y.length * classes);
  for (let row = 0; row < y.length; row++) shares[row * classes + y[row]!] = 1;
  return shares;
}
