import { ImagoError, messageOf } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, type TensorLike, tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { type Matrix, matrixOf } from "../../learners/matrix.js";
import { checkGreedy, lossOfMethod } from "../superLearnerWeights.js";
import { needsLabels } from "../weights/methods.js";
import { isForLabels } from "../weights/poolLoss.js";
import { type Candidate, candidatesOf } from "./candidates.js";
import type { Rows } from "./crossPredict.js";
import { FitPlace } from "./fitPlace.js";
import { type FittedSuperLearner, fittedSuperLearner } from "./fittedSuperLearner.js";
import { factsOf } from "./learntFacts.js";
import { named } from "./named.js";
import { type NestedRisk, nestedRisk, outerFoldsOf } from "./nested.js";
import { poolWidth } from "./oneColumn.js";
import { type SuperLearnerOptions, type SuperLearnerSettings, superLearnerFields } from "./options.js";
import { type Trained, train } from "./train.js";

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
  checkMethod(settings);
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
    if (settings.crossValidated) outerFoldsOf(rows, settings, random);
    const trained = await train(rows, settings.ids, candidates, settings, random, place);
    const honest = settings.crossValidated
      ? await honestRisk(rows, candidates, settings, trained, random, place)
      : undefined;
    return fittedSuperLearner(factsOf(trained, settings, honest), trained.whole.fitted);
  } finally {
    await place.close();
  }
}

/** What the folds around it all found; where they failed, why: what was learnt before them is not lost. */
async function honestRisk(
  rows: Rows,
  candidates: readonly Candidate[],
  settings: SuperLearnerSettings,
  { heldOut }: Trained,
  random: Generator,
  place: FitPlace,
): Promise<NestedRisk | string> {
  try {
    return await nestedRisk(rows, candidates, settings, heldOut, random, place);
  } catch (error) {
    settings.signal?.throwIfAborted();
    return messageOf(error);
  }
}

/** @throws ImagoError on a method or loss that does not suit what is predicted, before anything is learnt */
function checkMethod({ method, loss, greedy, classes }: SuperLearnerSettings): void {
  if (classes === undefined && (needsLabels(method) || isForLabels(loss))) {
    const what = needsLabels(method) ? `method ${method}` : `loss ${String(loss)}`;
    throw new ImagoError(`${where}: the ${what} is for classes; say how many there are: classes: 2.`);
  }
  checkGreedy(where, method, greedy);
  lossOfMethod(where, poolWidth(classes), method, loss);
}

function rowsOf(
  x: Matrix | TensorLike,
  y: TensorLike,
  { classes, observationWeights }: SuperLearnerSettings,
): Rows {
  const matrix = named("x", () => matrixOf(x));
  const infinite = matrix.data.findIndex(
    (one) => one === Number.POSITIVE_INFINITY || one === Number.NEGATIVE_INFINITY,
  );
  if (infinite >= 0) {
    const [row, column] = [Math.floor(infinite / matrix.columns), infinite % matrix.columns];
    throw new ImagoError(
      `${where}: x: row ${row}, column ${column} is ${matrix.data[infinite]}; expected numbers, or NaN where one is missing.`,
    );
  }
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
  const below = weights?.findIndex((weight) => weight < 0) ?? -1;
  if (below >= 0) {
    throw new ImagoError(
      `${where}: observationWeights: row ${below} is ${weights?.[below]}; expected 0 or more.`,
    );
  }
  if (weights?.every((weight) => weight === 0) === true) {
    throw new ImagoError(`${where}: observationWeights are 0 everywhere, so no row counts.`);
  }
  return { x: matrix, y: labels, weights, classes };
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
