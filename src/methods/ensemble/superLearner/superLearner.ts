import { ImagoError } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, type TensorLike, tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { input } from "../../../nn/layers/core/input.js";
import { type Model, model } from "../../../nn/models/model.js";
import { type Matrix, matrixOf } from "../../learners/matrix.js";
import { type Candidate, candidatesOf } from "./candidates.js";
import type { Failure, Rows } from "./crossPredict.js";
import { FitPlace } from "./fitPlace.js";
import { type NestedRisk, nestedRisk } from "./nested.js";
import { type SuperLearnerOptions, type SuperLearnerSettings, superLearnerFields } from "./options.js";
import { pooledLearners } from "./pooledLearners.js";
import { reportOf } from "./report.js";
import { predictWith, type Trained, train } from "./train.js";

const where = "superLearner";

/** Learners to choose among, and how. */
export interface SuperLearner {
  /**
   * Learns.
   *
   * @param x `[rows, columns]`, NaN where a number is missing
   * @param y `[rows]`: numbers, or class numbers from 0
   * @throws ImagoError on shapes that do not fit, on NaN in y, y of one class, fewer rows than folds, and where every
   *   learner failed; the signal's reason when it aborts
   */
  fit(x: Matrix | TensorLike, y: TensorLike): Promise<FittedSuperLearner>;
}

/** What a super learner has learnt. */
export interface FittedSuperLearner {
  /** Of each learner, by name; the sum is 1. */
  readonly weights: Readonly<Record<string, number>>;
  /** Cross-validated, of each learner alone, by the method's loss; NaN for one that failed. */
  readonly risks: Readonly<Record<string, number>>;
  /** The learner with the smallest risk. */
  readonly discrete: string;
  /** How far the weights' objective may be above the smallest, per row at most. */
  readonly gap: number;
  /** Whether all weights came to 0, so that the discrete choice counts alone. */
  readonly fellBack: boolean;
  /** Learners that were left out, and why. */
  readonly failures: readonly Failure[];
  /** The honest risk of all of this, where `crossValidated` asks for it. */
  readonly honest: NestedRisk | undefined;
  /**
   * @param x `[rows, columns]`, as many columns as were learnt from
   * @returns float64: `[rows]` for numbers; `[rows]` probabilities of class 1 for two classes; else `[rows, classes]`
   */
  predict(x: Matrix | TensorLike): Promise<Tensor<"float64">>;
  /**
   * The same as a network: takes `x`, float32 `[batch, columns]`, and gives `[batch, 1]`, numbers or probabilities of
   * class 1, or of more classes `[batch, classes]`. It predicts, saves, exports as one `.onnx` file and teaches; to load
   * a saved one give `customLayers: { pooledLearners: pooledLearners.restore }`.
   *
   * @throws ImagoError naming a learner that has weight and no form as operators
   */
  model(): Model<SymbolicTensor, SymbolicTensor>;
  /** All of it as a text to read. */
  report(): string;
}

/**
 * The super learner (van der Laan, Polley and Hubbard 2007): every learner predicts rows that it has not seen, by folds; the
 * weights of the pool make the risk of these predictions small; then the learners learn from all rows.
 *
 * @example
 * const learnt = await superLearner({ learners: ["mean", "linear", "ridge", "kNearest"], seed: 1 }).fit(x, y);
 * console.log(learnt.report());
 *
 * @throws ImagoError on unknown options, learners and values out of range
 */
export function superLearner(options: SuperLearnerOptions): SuperLearner {
  const settings = readOptions(where, options, superLearnerFields);
  const candidates = candidatesOf(where, settings.learners, settings.screeners);
  return { fit: (x, y) => learn(candidates, settings, x, y) };
}

async function learn(
  candidates: readonly Candidate[],
  settings: SuperLearnerSettings,
  x: Matrix | TensorLike,
  y: TensorLike,
): Promise<FittedSuperLearner> {
  const rows = rowsOf(x, y, settings);
  const random = new Generator(settings.seed).split(where);
  const place = new FitPlace(rows, candidates, settings);
  try {
    const trained = await train(rows, settings.ids, candidates, settings, random, place);
    const honest = settings.crossValidated
      ? await nestedRisk(rows, candidates, settings, trained.heldOut, random, place)
      : undefined;
    return fittedOf(trained, settings, honest);
  } finally {
    await place.close();
  }
}

function fittedOf(
  trained: Trained,
  settings: SuperLearnerSettings,
  honest: NestedRisk | undefined,
): FittedSuperLearner {
  const { candidates, weights, failures, heldOut } = trained;
  const byName = <T>(values: readonly T[]): Record<string, T> =>
    Object.fromEntries(candidates.map(({ name }, index) => [name, values[index] as T]));
  return {
    weights: byName(weights.weights),
    risks: byName(weights.risks),
    discrete: (candidates[weights.discrete] as Candidate).name,
    gap: weights.gap,
    fellBack: weights.fellBack,
    failures,
    honest,
    predict: async (given) => {
      const matrix = named("x", () => matrixOf(given));
      const { pooled } = await predictWith(trained, matrix, settings);
      const shape = heldOut.classes === 1 ? [matrix.rows] : [matrix.rows, heldOut.classes];
      return new Tensor("float64", shape, pooled);
    },
    model: () => networkOf(trained, settings),
    report: () => reportOf(trained, settings, honest),
  };
}

function networkOf(
  { candidates, weights, whole, columns }: Trained,
  { method, classes = 1 }: SuperLearnerSettings,
): Model<SymbolicTensor, SymbolicTensor> {
  const learners = candidates.flatMap(({ name }, index) => {
    const [weight, learnt] = [weights.weights[index] as number, whole.fitted[index]];
    if (weight === 0 || learnt === undefined) return [];
    if (learnt.emit === undefined) throw new ImagoError(`${where}: "${name}" has no form as operators.`);
    return [{ name, weight, state: learnt.state }];
  });
  const x = input({ shape: [columns], name: "x" });
  const pooled = pooledLearners({ learners, method, classes, columns, name: "prediction" });
  return model({ inputs: x, outputs: pooled(x), name: "superLearner" });
}

function rowsOf(
  x: Matrix | TensorLike,
  y: TensorLike,
  { classes, observationWeights }: SuperLearnerSettings,
): Rows {
  const matrix = named("x", () => matrixOf(x));
  const labels = numbersOf("y", y, matrix.rows);
  if (classes !== undefined) {
    const bad = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
    if (bad >= 0) {
      throw new ImagoError(
        `${where}: y: row ${bad} is ${labels[bad]}; expected a class from 0 to ${classes - 1}.`,
      );
    }
    if (new Set(labels).size === 1) {
      throw new ImagoError(`${where}: every row of y is of class ${labels[0]}; there is nothing to learn.`);
    }
  }
  const weights =
    observationWeights === undefined
      ? undefined
      : numbersOf("observationWeights", observationWeights, matrix.rows);
  return { x: matrix, y: labels, weights, classes };
}

/** What is wrong with data, with the name that they have here. */
function named<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError(`${where}: ${what}: ${cause.message}`, { cause });
  }
}

function numbersOf(what: string, given: TensorLike, rows: number): Float64Array {
  const made = named(what, () => (given instanceof Tensor ? given : tensor(given, { dtype: "float64" })));
  if (made.size !== rows) {
    throw new ImagoError(
      `${where}: ${what} has ${made.size} numbers for ${rows} rows of x; they must be as many.`,
    );
  }
  const numbers = Float64Array.from(toNumbers(made));
  const bad = numbers.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return numbers;
  throw new ImagoError(`${where}: ${what}: row ${bad} is ${numbers[bad]}; expected finite numbers.`);
}
