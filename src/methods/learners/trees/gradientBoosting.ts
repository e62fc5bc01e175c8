import {
  type FieldsOf,
  number,
  numbers,
  optional,
  type ReadOf,
  readOptions,
} from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import { configOf } from "../../../nn/config/config.js";
import { type CheckedData, checkData } from "../checkData.js";
import type { Fitted, Learner } from "../learner.js";
import { binned, mostBins } from "./bins.js";
import { type BoostingLoss, boostingLoss } from "./boostingLoss.js";
import { LeafWiseGrower, type Targets } from "./growLeafWise.js";
import { NodeBuilder, type Trees } from "./nodes.js";
import { treesFitted } from "./treesFitted.js";
import { addLeaves, asSeen } from "./walk.js";

export interface GradientBoostingOptions {
  /** Rounds: trees, or with more than two classes trees for each class. From 1. Default: 100. */
  readonly rounds?: number | undefined;
  /** Factor of each tree's leaves, above 0 up to 1. Default: 0.1. */
  readonly learningRate?: number | undefined;
  /** Most leaves of a tree, from 2. Default: 31. */
  readonly maxLeaves?: number | undefined;
  /** Most splits between the root and a leaf, from 1. Default: as many as there are. */
  readonly maxDepth?: number | undefined;
  /** Fewest rows in a leaf, from 1. Default: 20. */
  readonly minLeafRows?: number | undefined;
  /** Penalty on the squares of the leaves' values, from 0. Default: 0. */
  readonly l2?: number | undefined;
  /** Share of the rows that a round draws for its trees, above 0 up to 1. Default: 1. */
  readonly rowShare?: number | undefined;
  /** Share of the columns that a round draws for its trees, above 0 up to 1. Default: 1. */
  readonly columnShare?: number | undefined;
  /**
   * Most bins of a column of numbers, 2 to 255. Fewer take less time: with few rows or many columns it is that of the
   * bins. Default: 255.
   */
  readonly maxBins?: number | undefined;
  /** Numbers of columns, from 0, whose numbers stand for categories; at most 255 in a column. Default: none. */
  readonly categories?: readonly number[] | undefined;
  /**
   * Ends after so many rounds without a lower loss on held-out rows, and keeps the best; from 1. Default: it does not
   * end early, and nothing is held out.
   */
  readonly patience?: number | undefined;
  /** Share of the rows that is held out where `patience` is given, above 0 below 1. Default: 0.1. */
  readonly validationShare?: number | undefined;
}

const share = (standard: number): ReturnType<typeof number> =>
  number({ default: standard, above: 0, max: 1 });

const fields = {
  rounds: number({ default: 100, min: 1, integer: true }),
  learningRate: number({ default: 0.1, above: 0, max: 1 }),
  maxLeaves: number({ default: 31, min: 2, integer: true }),
  maxDepth: optional(number({ min: 1, integer: true })),
  minLeafRows: number({ default: 20, min: 1, integer: true }),
  l2: number({ default: 0, min: 0 }),
  rowShare: share(1),
  columnShare: share(1),
  maxBins: number({ default: mostBins, min: 2, max: mostBins, integer: true }),
  categories: optional(numbers({ min: 0, integer: true })),
  patience: optional(number({ min: 1, integer: true })),
  validationShare: number({ default: 0.1, above: 0, below: 1 }),
} satisfies FieldsOf<GradientBoostingOptions>;

type Settings = ReadOf<typeof fields>;

/**
 * Trees that each explain what those before leave unexplained, times a small factor: gradient boosting (Friedman
 * 2001) by second-order expansions (Chen and Guestrin 2016) on columns in at most 255 bins, leaf by leaf. The loss is
 * the squared error, or the log loss of classes. The defaults are those of scikit-learn's `HistGradientBoosting*`,
 * which holds rows out of itself above 10,000, where this needs `patience`.
 *
 * Missing numbers go to the side where they lower the loss more. Columns are taken in float32.
 */
export function gradientBoosting(options: GradientBoostingOptions = {}): Learner {
  const settings = readOptions("gradientBoosting", options, fields);
  return {
    name: "gradientBoosting",
    config: configOf(settings),
    portable: true,
    fit: (data) => new Boosting(checkData("gradientBoosting", data, { missing: true }), settings).run(),
  };
}

/** One fit. */
class Boosting {
  readonly #data: CheckedData;
  readonly #settings: Settings;
  readonly #loss: BoostingLoss;
  readonly #builder = new NodeBuilder();
  readonly #grower: LeafWiseGrower;
  readonly #categories: Trees["categories"];
  readonly #random: Generator;
  readonly #raw: readonly Float64Array[];
  readonly #kept: Int32Array;
  readonly #held: Int32Array;
  /** The rows as trees see them, where some are not in every tree. */
  readonly #seen: Float32Array | undefined;

  constructor(data: CheckedData, settings: Settings) {
    const { x } = data;
    this.#data = data;
    this.#settings = settings;
    this.#random = data.random.split("gradientBoosting");
    const bins = binned("gradientBoosting", x, settings.categories, settings.maxBins);
    this.#categories = bins.columns.map(({ categories }) => categories);
    this.#loss = boostingLoss(data);
    this.#grower = new LeafWiseGrower(bins, this.#builder, {
      maxLeaves: settings.maxLeaves,
      maxDepth: settings.maxDepth ?? Number.POSITIVE_INFINITY,
      minLeafRows: settings.minLeafRows,
      l2: settings.l2,
      rate: settings.learningRate,
      weightWord: this.#loss.link === "number" && data.weights === undefined ? 2 : 1,
    });
    this.#raw = this.#loss.baseline.map((one) => new Float64Array(x.rows).fill(one));
    const order = Int32Array.from(this.#random.split("validation").permutation(x.rows));
    const held = settings.patience === undefined ? 0 : Math.round(settings.validationShare * x.rows);
    this.#held = order.slice(0, held).sort();
    this.#kept = held === 0 ? Int32Array.from(order.keys()) : order.slice(held).sort();
    this.#seen = held > 0 || settings.rowShare < 1 ? asSeen(x, this.#categories) : undefined;
  }

  run(): Fitted {
    const { rounds, patience = Number.POSITIVE_INFINITY } = this.#settings;
    const outputs = this.#raw.length;
    let best = { round: 0, loss: this.#heldLoss() };
    for (let round = 1; round <= rounds; round++) {
      this.#data.signal?.throwIfAborted();
      this.#round(round);
      if (this.#held.length === 0) continue;
      const loss = this.#heldLoss();
      if (loss < best.loss) best = { round, loss };
      if (round - best.round >= patience) break;
    }
    if (this.#held.length > 0) this.#builder.keep(best.round * outputs);
    const { baseline, link } = this.#loss;
    const trees = { ...this.#builder.built(), width: 1, categories: this.#categories };
    return treesFitted({ learner: "gradientBoosting", link, trees, baseline, scale: 1 });
  }

  #heldLoss(): number {
    return this.#held.length === 0 ? 0 : this.#loss.loss(this.#raw, this.#held);
  }

  #round(round: number): void {
    const random = this.#random.split(round);
    const order = this.#drawn(random.split("rows"), this.#kept, this.#settings.rowShare);
    const all = Int32Array.from(this.#categories.keys());
    const columns = this.#drawn(random.split("columns"), all, this.#settings.columnShare);
    for (const [k, targets] of this.#loss.targets(this.#raw).entries())
      this.#tree(k, targets, order.slice(), columns);
  }

  #tree(k: number, targets: Targets, order: Int32Array, columns: Int32Array): void {
    const raw = this.#raw[k]!;
    const seen = this.#seen;
    this.#grower.grow(targets, order, columns, (value, from, to) => {
      if (seen === undefined) for (let i = from; i < to; i++) raw[order[i]!]! += value;
    });
    if (seen === undefined) return;
    addLeaves({ ...this.#builder.last(), width: 1, categories: this.#categories }, seen, raw, 1);
  }

  /** A share of some numbers, at least one, rising. */
  #drawn(random: Generator, numbers: Int32Array, part: number): Int32Array {
    if (part === 1) return numbers;
    const count = Math.max(1, Math.round(part * numbers.length));
    const places = Int32Array.from(random.permutation(numbers.length)).slice(0, count).sort();
    return places.map((place) => numbers[place]!);
  }
}
