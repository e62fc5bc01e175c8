import { ImagoError } from "../../engine/errors.js";
import {
  type FieldsOf,
  having,
  number,
  optional,
  readOptions,
  record,
  unchecked,
} from "../../engine/options.js";
import type { Tensor, TensorLike } from "../../engine/tensor/tensor.js";
import type { Model } from "../../nn/models/model.js";
import type { Space } from "../tune/space/parameters.js";
import type { Study } from "../tune/study/study.js";
import { ensemble } from "./ensemble.js";
import { superLearnerWeights } from "./superLearnerWeights.js";
import { type GreedyOptions, greedyFields } from "./weights/greedySelection.js";
import type { PoolLossSpec } from "./weights/poolLoss.js";

export interface EnsembleOfStudyOptions {
  /** What is made small on the data, as for `superLearnerWeights`. Default: `squaredError`, of classes Brier's score. */
  readonly loss?: PoolLossSpec | undefined;
  /** Default: 25 rounds, no bags. */
  readonly greedy?: GreedyOptions | undefined;
  /** Trials at most, the best first. Default: all whose model was kept. */
  readonly trials?: number | undefined;
}

const fields = {
  loss: optional(unchecked<PoolLossSpec>("a loss")),
  greedy: optional(record(greedyFields)),
  trials: optional(number({ min: 1, integer: true })),
} satisfies FieldsOf<EnsembleOfStudyOptions>;

/** What was pooled. */
export interface EnsembleOfStudy {
  /** The pool; of one trial alone its model. It shares the members' weights. */
  readonly model: Model;
  /** The trials that take part, with their weights, of the sum 1. */
  readonly members: readonly { readonly trial: number; readonly weight: number; readonly risk: number }[];
  /** The pool's risk on the data that it was chosen by, which flatters it; measure it on others. */
  readonly risk: number;
}

/**
 * An ensemble of a study's best trials: from the models that `trial.keep` gave, members are chosen one after the other, again and
 * again, each the one that makes the pool best on data that none of them learnt from (Caruana and others, "Ensemble selection from
 * libraries of models", 2004).
 *
 * @param x what the models take
 * @param y what they are to give: `[rows]` or `[rows, 1]` numbers, or classes from 0
 * @throws ImagoError where no model was kept, where the models have several outputs, and as `superLearnerWeights`
 */
export async function ensembleOfStudy<S extends Space>(
  study: Study<S>,
  x: unknown,
  y: TensorLike,
  options: EnsembleOfStudyOptions = {},
): Promise<EnsembleOfStudy> {
  const { loss, greedy, trials = Number.POSITIVE_INFINITY } = readOptions("ensembleOfStudy", options, fields);
  having<Study<S>>("a study", "trials", "direction").read("ensembleOfStudy", "study", study);
  const sign = study.direction === "minimize" ? 1 : -1;
  const kept = study.trials
    .filter(({ state, model }) => state === "complete" && model !== undefined)
    .sort((a, b) => sign * ((a.value as number) - (b.value as number)) || a.number - b.number)
    .slice(0, trials);
  if (kept.length === 0) {
    throw new ImagoError("ensembleOfStudy: no trial of the study has kept its model.", {
      help: "Call trial.keep(model) in the objective; keepModels says how many are kept.",
    });
  }
  const models = await Promise.all(kept.map(({ number: own }) => study.model(own)));
  const predictions: Record<string, TensorLike> = {};
  for (const [place, model] of models.entries()) {
    predictions[`trial ${kept[place]?.number}`] = (await predictionOf(model, x)) as TensorLike;
  }
  const found = superLearnerWeights(predictions, y, { method: "greedy", loss, greedy });
  const taking = kept.flatMap((_, place) => ((found.weights[place] as number) > 0 ? [place] : []));
  const unused = models.filter((_, place) => !taking.includes(place));
  await Promise.all(unused.map((model) => model.dispose()));
  const weights = taking.map((place) => found.weights[place] as number);
  const pooled = taking.map((place) => models[place] as Model);
  return {
    model: pooled.length === 1 ? (pooled[0] as Model) : (ensemble(pooled, { weights }) as Model),
    members: taking.map((place) => ({
      trial: kept[place]?.number as number,
      weight: found.weights[place] as number,
      risk: found.risks[place] as number,
    })),
    risk: found.objective,
  };
}

/** `[rows]` of one number a row, else `[rows, classes]`. */
async function predictionOf(model: Model, x: unknown): Promise<Tensor> {
  const given: unknown = await model.predict(x as never);
  const outputs = model.outputs.length;
  if (outputs !== 1) {
    throw new ImagoError(`ensembleOfStudy: the models have ${outputs} outputs, and one is expected.`, {
      help: "Pool them by ensemble, with weights of your own.",
    });
  }
  const tensor = (isTensor(given) ? given : Object.values(given as object)[0]) as Tensor;
  const [rows = 0, columns = 1] = tensor.shape;
  return tensor.shape.length === 2 && columns === 1 ? tensor.reshape([rows]) : tensor;
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === "object" && value !== null && "dtype" in value && "shape" in value;
