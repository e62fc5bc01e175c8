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
  /** Why there is no honest risk though it was asked for. */
  readonly honestFailure: string | undefined;
}

export function factsOf(
  trained: Trained,
  { method, loss: given, classes }: SuperLearnerSettings,
  found: NestedRisk | string | undefined,
): LearntFacts {
  const { candidates, columns, weights: own, heldOut, crossPredictions, failures, screenings } = trained;
  const loss = given ?? riskOfMethod(method);
  const brier = loss === "squaredError" && classes !== undefined && classes > 2 ? " (Brier)" : "";
  const { weights, risks, standardErrors, discrete, gap, fellBack } = own;
  return {
    ...{
      names: candidates.map(({ name }) => name),
      method,
      loss: `${lossLabel(loss)}${brier}`,
      classes,
      columns,
    },
    ...{ rows: heldOut.rows, weights, risks, standardErrors, discrete, gap, fellBack },
    ...{ failures, screenings, milliseconds: crossPredictions.milliseconds },
    honest: typeof found === "string" ? undefined : found,
    honestFailure: typeof found === "string" ? found : undefined,
  };
}
