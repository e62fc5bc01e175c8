import {
  abortSignal,
  accepting,
  callable,
  type FieldsOf,
  flag,
  list,
  number,
  oneOf,
  optional,
  type ReadOf,
  record,
  seed,
  unchecked,
} from "../../../engine/options.js";
import type { TensorLike } from "../../../engine/tensor/tensor.js";
import type { ScreenerSpec } from "../../learners/screeners/resolve.js";
import { type GreedyOptions, greedyFields } from "../weights/greedySelection.js";
import { type WeightMethod, weightMethods } from "../weights/methods.js";
import type { PoolLossSpec } from "../weights/poolLoss.js";
import type { Library } from "./candidates.js";
import type { FitProgress } from "./crossPredict.js";

export interface SuperLearnerOptions {
  /** What to choose among: names, saved forms or learners, in a list or by names of one's own. */
  readonly learners: Library;
  /**
   * What chooses the columns of each learner: every learner with every screener is a candidate. Names, saved forms or
   * screeners. Default: none, each learner sees all columns; together with others `all` does that.
   */
  readonly screeners?: readonly ScreenerSpec[] | undefined;
  /** How many classes y has, from 2; y then holds their numbers from 0. Default: none, y is a number (regression). */
  readonly classes?: number | undefined;
  /** How weights are found; see `superLearnerWeights`. Default: `convex`. */
  readonly method?: WeightMethod | undefined;
  /** What `convex` and `greedy` make small; see `superLearnerWeights`. Default: `squaredError`. */
  readonly loss?: PoolLossSpec | undefined;
  /** Of the methods `greedy` and `auc`. Default: 25 rounds, no bags. */
  readonly greedy?: GreedyOptions | undefined;
  /** How many folds. Default: by the effective sample size, see `foldCount`. */
  readonly folds?: number | undefined;
  /** Rows to predict in each fold, in the place of drawn ones. */
  readonly validationRows?: readonly (readonly number[])[] | undefined;
  /** `[rows]`: rows of one id stay in one fold. Default: each row by itself. */
  readonly ids?: ArrayLike<number | string> | undefined;
  /** Whether each fold has the classes' shares. Default: true, where there are classes. */
  readonly stratify?: boolean | undefined;
  /** Rows stand in the order of time: each fold is predicted from those before it. Default: false. */
  readonly byTime?: boolean | undefined;
  /** `[rows]`, from 0; learners see them too. Default: 1 for each. */
  readonly observationWeights?: TensorLike | undefined;
  /** Whether the honest risk of the whole procedure is found by folds around it. Default: false. */
  readonly crossValidated?: boolean | undefined;
  /** Folds around the procedure. Default: 10, and no more than rows or clusters. */
  readonly outerFolds?: number | undefined;
  /**
   * Processes that fit beside this one; 0 for none. Learners in the box and `learners.fromModule` can go there, others are
   * fitted here. The numbers are the same wherever they are found. Default: one for each core, once more than three
   * seconds of work are left; none in a page.
   */
  readonly workers?: number | undefined;
  /**
   * Milliseconds that one fit may take; a learner that takes longer is left out. In this process it can be ended only while
   * it waits for something, in others always. Default: as many as it needs.
   */
  readonly timeLimit?: number | undefined;
  /** The same seed gives the same folds, fits and weights. Default: 0. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each finished fit. */
  readonly onFit?: ((progress: FitProgress) => void) | undefined;
}

/** How {@link SuperLearnerOptions} are read. */
export const superLearnerFields = {
  learners: accepting<Library>(
    "an array of learners or a record by name",
    (value): value is Library => typeof value === "object" && value !== null,
  ),
  screeners: optional(list(unchecked<ScreenerSpec>("a screener"), "an array of screeners")),
  classes: optional(number({ min: 2, integer: true })),
  method: oneOf(weightMethods, "convex"),
  loss: optional(unchecked<PoolLossSpec>("a loss")),
  greedy: optional(record(greedyFields)),
  folds: optional(number({ min: 2, integer: true })),
  validationRows: optional(
    list(list(number({ min: 0, integer: true }), "an array of rows"), "an array of arrays of rows"),
  ),
  ids: optional(unchecked<ArrayLike<number | string>>("an id for each row")),
  stratify: flag(true),
  byTime: flag(false),
  observationWeights: optional(unchecked<TensorLike>("[rows] numbers")),
  crossValidated: flag(false),
  outerFolds: number({ default: 10, min: 2, integer: true }),
  workers: optional(number({ min: 0, integer: true })),
  timeLimit: optional(number({ above: 0, max: 2 ** 31 - 1 })),
  seed: seed(),
  signal: abortSignal,
  onFit: optional(callable<(progress: FitProgress) => void>()),
} satisfies FieldsOf<SuperLearnerOptions>;

export type SuperLearnerSettings = ReadOf<typeof superLearnerFields>;
