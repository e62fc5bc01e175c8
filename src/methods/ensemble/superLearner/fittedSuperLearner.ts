import { ImagoError } from "../../../engine/errors.js";
import { Tensor, type TensorLike } from "../../../engine/tensor/tensor.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { input } from "../../../nn/layers/core/input.js";
import { type Model, model } from "../../../nn/models/model.js";
import type { Fitted, SavedFitted } from "../../learners/learner.js";
import { type Matrix, matrixOf } from "../../learners/matrix.js";
import { isRestorable } from "../../learners/restoreFitted.js";
import { combine } from "../combine.js";
import type { Failure } from "./crossPredict.js";
import type { LearntFacts } from "./learntFacts.js";
import { named } from "./named.js";
import type { NestedRisk } from "./nested.js";
import { oneColumn, poolWidth } from "./oneColumn.js";
import { pooledLearners } from "./pooledLearners.js";
import { reportOf } from "./report.js";

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
  /** All of it, to be saved by `saveSuperLearner` or made again by `restoreSuperLearner`. */
  readonly state: SuperLearnerState;
}

/** What a super learner has learnt, as plain data; the numbers among its facts may be NaN. */
export interface SuperLearnerState {
  readonly facts: LearntFacts;
  /** What the learners that have weight, and the discrete choice, learnt from all rows. */
  readonly learnt: Readonly<Record<string, SavedFitted>>;
}

/** @param fitted in the order of the facts' names; those without weight may be left out */
export function fittedSuperLearner(
  facts: LearntFacts,
  fitted: readonly (Fitted | undefined)[],
): FittedSuperLearner {
  const { names, weights, risks, discrete, gap, fellBack, failures, honest } = facts;
  const byName = <T>(values: readonly T[]): Record<string, T> =>
    Object.fromEntries(names.map((name, index) => [name, values[index] as T]));
  const wanted = fitted.map((own, index) =>
    (weights[index] as number) > 0 || index === discrete ? own : undefined,
  );
  return {
    weights: byName(weights),
    risks: byName(risks),
    discrete: names[discrete] as string,
    gap,
    fellBack,
    failures,
    honest,
    predict: (x) => predict(facts, wanted, x),
    model: () => networkOf(facts, wanted),
    report: () => reportOf(facts),
    state: {
      facts,
      learnt: Object.fromEntries(
        wanted.flatMap((own, index) => (own === undefined ? [] : [[names[index] as string, own.state]])),
      ),
    },
  };
}

async function predict(
  { weights, method, classes, columns }: LearntFacts,
  fitted: readonly (Fitted | undefined)[],
  x: Matrix | TensorLike,
): Promise<Tensor<"float64">> {
  const matrix = named("x", () => matrixOf(x));
  if (matrix.columns !== columns) {
    throw new ImagoError(
      `superLearner: x has ${matrix.columns} columns; ${columns} were learnt from, and as many are needed.`,
    );
  }
  const given: Float64Array[] = [];
  for (const [index, own] of fitted.entries()) {
    const part = (weights[index] as number) > 0 ? await own?.predict(matrix) : undefined;
    given.push(part === undefined ? new Float64Array(0) : oneColumn(part, classes));
  }
  const width = poolWidth(classes);
  const pooled = combine(given, weights, method, width);
  return new Tensor("float64", width === 1 ? [matrix.rows] : [matrix.rows, width], pooled);
}

function networkOf(
  { names, weights, method, classes = 1, columns }: LearntFacts,
  fitted: readonly (Fitted | undefined)[],
): Model<SymbolicTensor, SymbolicTensor> {
  const learners = names.flatMap((name, index) => {
    const [weight, learnt] = [weights[index] as number, fitted[index]];
    if (weight === 0 || learnt === undefined) return [];
    if (learnt.emit === undefined) throw new ImagoError(`superLearner: "${name}" has no form as operators.`);
    const own = isRestorable(learnt.state) ? {} : { learnt };
    return [{ name, weight, state: learnt.state, ...own }];
  });
  const missing = learners.every(({ state }) => takesMissing(state));
  const x = input({ shape: [columns], name: "x", missing });
  const pooled = pooledLearners({ learners, method, classes, columns, name: "prediction" });
  return model({ inputs: x, outputs: pooled(x), name: "superLearner" });
}

/** Whether NaN says to what was learnt that a number is missing. */
function takesMissing(state: SavedFitted): boolean {
  if (state.kind === "screened") return takesMissing(state.learnt as SavedFitted);
  return state.kind === "trees" || state.kind === "constant";
}
