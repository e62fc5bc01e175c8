import { type FieldsOf, number, readOptions } from "../../../../engine/options.js";
import { configOf } from "../../../../nn/config/config.js";
import type { Point } from "../../space/dimensions.js";
import { isFresh, isNew } from "../isNew.js";
import { drawAllowed } from "../random.js";
import type { Sampler, Situation } from "../sampler.js";
import { type LevelOptions, proposeLevel } from "./proposeLevel.js";

export interface TpeOptions {
  /** Trials drawn at random before anything is learnt. Default: 10. */
  readonly startup?: number | undefined;
  /** Points drawn from the good trials' density, of which the best ratio counts. Default: 24. */
  readonly candidates?: number | undefined;
  /** What a running trial weighs among the bad ones. Default: 0.5. */
  readonly runningWeight?: number | undefined;
  /**
   * A branch keeps its share while its best, improved so many times by what its last doubling of trials gained, would lead.
   * Default: 4.
   */
  readonly kappa?: number | undefined;
  /** The share of a branch without hope, of that of another. Default: 0.3. */
  readonly floor?: number | undefined;
}

const fields = {
  startup: number({ default: 10, min: 1, integer: true }),
  candidates: number({ default: 24, min: 1, integer: true }),
  runningWeight: number({ default: 0.5, above: 0, max: 1 }),
  kappa: number({ default: 4, min: 0 }),
  floor: number({ default: 0.3, min: 0, max: 1 }),
} satisfies FieldsOf<TpeOptions>;

/** How often a candidate is proposed anew that was tried before, and how many ways there may be to look at all of them. */
const attempts = 10;

/**
 * Tree-structured Parzen estimators (Bergstra et al. 2011): values that are likely among the best tenth of the trials and
 * unlikely among the others, all parameters of a level together, as in Optuna 5. Branches are given shares of the trials, and
 * learn from their own trials alone. A point that was tried is not tried again, unless values are noisy.
 */
export function tpe(options: TpeOptions = {}): Sampler {
  const settings = readOptions("tpe", options, fields);
  return {
    name: "tpe",
    config: configOf(settings),
    propose: (situation) => propose(situation, settings.startup, settings),
  };
}

function propose(situation: Situation, startup: number, options: LevelOptions): Point {
  const { level, seen, running, random } = situation;
  if (seen.length < startup) return drawAllowed(level, random, isNew(situation));
  const fresh = isFresh(situation);
  let point = new Map<string, number>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    point = new Map();
    proposeLevel(level, seen, running, random.split(attempt), options, point);
    if (fresh(point)) return point;
  }
  return drawAllowed(level, random.split("else"), fresh);
}
