import { lossLabel } from "../report/tableText.js";
import { riskOfMethod } from "../superLearnerWeights.js";
import type { WeightMethod } from "../weights/methods.js";
import type { Failure } from "./crossPredict.js";
import type { NestedRisk } from "./nested.js";
import type { SuperLearnerSettings } from "./options.js";
import type { Trained } from "./train.js";

/** What a super learner found out, besides what its learners learnt; lists are in the order of `names`. */
export interface LearntFacts {
  readonly names: readonly string[];
  readonly method: WeightMethod;
  /** What the risks are of, in words. */
  readonly loss: string;
  readonly classes: number | undefined;
  /** Of a row. */
  readonly columns: number;
  /** Rows of which there were held-out predictions. */
  readonly rows: number;
  readonly weights: readonly number[];
  readonly risks: readonly number[];
  readonly standardErrors: readonly number[];
  readonly discrete: number;
  readonly gap: number;
  readonly fellBack: boolean;
  readonly failures: readonly Failure[];
  readonly screenings: readonly Failure[];
  readonly milliseconds: readonly number[];
  readonly honest: NestedRisk | undefined;
}

export function factsOf(
  trained: Trained,
  { method, loss: given, classes }: SuperLearnerSettings,
  honest: NestedRisk | undefined,
): LearntFacts {
  const { candidates, columns, weights: found, heldOut, crossPredictions, failures, screenings } = trained;
  const loss = given ?? riskOfMethod(method);
  const brier = loss === "squaredError" && classes !== undefined && classes > 2 ? " (Brier)" : "";
  const { weights, risks, standardErrors, discrete, gap, fellBack } = found;
  return {
    ...{
      names: candidates.map(({ name }) => name),
      method,
      loss: `${lossLabel(loss)}${brier}`,
      classes,
      columns,
    },
    ...{ rows: heldOut.rows, weights, risks, standardErrors, discrete, gap, fellBack },
    ...{ failures, screenings, milliseconds: crossPredictions.milliseconds, honest },
  };
}
