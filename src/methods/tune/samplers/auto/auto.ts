import { type FieldsOf, number, optional, type ReadOf, readOptions } from "../../../../engine/options.js";
import { configOf } from "../../../../nn/config/config.js";
import type { Point } from "../../space/dimensions.js";
import { leaveOneOut, rankCorrelation } from "../gp/leaveOneOut.js";
import { type Model, Modeller, numbersTogether } from "../gp/model.js";
import { proposeByModel } from "../gp/proposeByModel.js";
import { isForShares } from "../gp/standing.js";
import { startupFor, startupPoint } from "../gp/startupPoint.js";
import { isFresh, isNew } from "../isNew.js";
import type { Sampler, Seen, Situation } from "../sampler.js";
import { tpe } from "../tpe/tpe.js";
import { proposeInRegion } from "./proposeInRegion.js";
import { turnsOf } from "./turns.js";

export interface AutoOptions {
  /**
   * Trials by scrambled Sobol sequences, going round the branches, before anything is learnt. Default: 8, or the power of two
   * that lets all combinations of branches come twice, up to 32.
   */
  readonly startup?: number | undefined;
  /** After so many trials the Gaussian process of all of them has become dear, and `tpe` takes its place. Default: 200. */
  readonly modelTrials?: number | undefined;
  /**
   * After so many trials in a row in which the Gaussian process gained nothing it shares with the trust region and `tpe`.
   * Default: as many as there are numbers, 12 at least.
   */
  readonly patience?: number | undefined;
  /** Every so many trials is then proposed by `tpe`. Default: 8. */
  readonly guardEvery?: number | undefined;
}

const fields = {
  startup: optional(number({ min: 1, integer: true })),
  modelTrials: number({ default: 200, min: 0, integer: true }),
  patience: optional(number({ min: 0, integer: true })),
  guardEvery: number({ default: 8, min: 2, integer: true }),
} satisfies FieldsOf<AutoOptions>;

type Settings = ReadOf<typeof fields>;

/** How the model of the whole is searched. */
const search = { candidates: 1024, climbs: 6 };

/**
 * The sampler for those who do not want to choose: the Gaussian process of `gp` while it holds and gains; beside it, where it
 * gains nothing, another in a trust region around the best trial (TuRBO: Eriksson et al., "Scalable global optimization via
 * local Bayesian optimization", 2019), which sees functions that are not of one kind everywhere, and `tpe`; beyond
 * `modelTrials` the region and `tpe` alone. A model holds whose predictions of each trial from the others have a rank
 * correlation with what they lost above 0.2. What is proposed depends on the trials alone.
 */
export function auto(options: AutoOptions = {}): Sampler {
  const settings = readOptions("auto", options, fields);
  const modeller = new Modeller();
  const guard = tpe();
  return {
    name: "auto",
    config: configOf(settings),
    propose: (situation) => propose(situation, modeller, guard, settings),
  };
}

function propose(
  situation: Situation,
  modeller: Modeller,
  guard: Sampler,
  settings: Settings,
): Point | undefined {
  const { level, seen, running, noisy, number } = situation;
  const startup = settings.startup ?? startupFor(level);
  if (seen.length < startup) {
    const point = startupPoint(situation, isNew(situation));
    if (point !== undefined) return point;
  }
  const patience = settings.patience ?? Math.max(12, numbersTogether(level));
  const turns = turnsOf(seen, number, { ...settings, startup, patience });
  const turn = turns.get(number);
  if (turn === "region") {
    const isOwn = (trial: Seen): boolean => turns.get(trial.number) === "region";
    const point = proposeInRegion(situation, isOwn);
    if (point !== undefined) return point;
  }
  const isModels = turn !== "guard" && seen.length <= settings.modelTrials;
  let model = isModels ? modeller.model(level, seen, running, noisy) : undefined;
  if (model === undefined || !holds(model, seen)) {
    const point = guard.propose(situation);
    if (point !== undefined && isFresh(situation)(point)) return point;
    // The model's search knows whether anything is left.
    model ??= modeller.model(level, seen, running, noisy);
    if (model === undefined) return point;
  }
  // Not by the last bit, which decides whether the region is given a turn.
  const isBalanced = isForShares(situation, Math.floor(number / 2), 2);
  return proposeByModel(situation, model, { ...search, isBalanced });
}

/** Fewer trials do not tell whether a model holds. */
const fewest = 30;
const leastCorrelation = 0.2;

/** Whether a model orders trials that it has not seen. */
function holds({ surrogate }: Model, { length }: readonly Seen[]): boolean {
  if (length < fewest) return true;
  const means = leaveOneOut(surrogate).slice(0, length);
  return rankCorrelation(means, surrogate.targets.slice(0, length)) > leastCorrelation;
}
