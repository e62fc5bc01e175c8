import { type FieldsOf, number, optional, type ReadOf, readOptions } from "../../../../engine/options.js";
import { configOf } from "../../../../nn/config/config.js";
import type { Point } from "../../space/dimensions.js";
import { isFresh, isNew } from "../isNew.js";
import { drawAllowed } from "../random.js";
import type { Sampler, Situation } from "../sampler.js";
import { Modeller } from "./model.js";
import { proposeByModel } from "./proposeByModel.js";
import { isForShares } from "./standing.js";
import { startupFor, startupPoint } from "./startupPoint.js";

export interface GpOptions {
  /**
   * Trials by a scrambled Sobol sequence, going round the branches, before anything is learnt. Default: 8, or the power of two
   * that lets all combinations of branches come twice, up to 32.
   */
  readonly startup?: number | undefined;
  /** Points at which the expected improvement is looked at before the best are climbed from. Default: 2048. */
  readonly candidates?: number | undefined;
  /** How many of the best are climbed from. Default: 6. */
  readonly climbs?: number | undefined;
  /**
   * Every so many trials the branches are those that a rule of equal shares gives, as in `tpe`, and not those of which most is
   * expected: these are the ones that were good at once. So it is with categories that may yet lead. Default: 2.
   */
  readonly balanceEvery?: number | undefined;
}

const fields = {
  startup: optional(number({ min: 1, integer: true })),
  candidates: number({ default: 2048, min: 1, integer: true }),
  climbs: number({ default: 6, min: 0, integer: true }),
  balanceEvery: number({ default: 2, min: 1, integer: true }),
} satisfies FieldsOf<GpOptions>;

type Settings = ReadOf<typeof fields>;

/**
 * A Gaussian process over the active parameters, and the point of which it expects the largest improvement (by the logarithm:
 * Ament et al. 2023): for objectives that are dear, up to some hundreds of trials. Branches are compared by the parameters that
 * they share; values that are worse than the median are compressed. Points that are being evaluated are taken to give what is
 * expected of them, failed ones as much as the worst. No point is tried twice, unless values are noisy.
 */
export function gp(options: GpOptions = {}): Sampler {
  const settings = readOptions("gp", options, fields);
  const modeller = new Modeller();
  return {
    name: "gp",
    config: configOf(settings),
    propose: (situation) => propose(situation, modeller, settings),
  };
}

function propose(situation: Situation, modeller: Modeller, settings: Settings): Point | undefined {
  const { level, seen, running, random, noisy, number } = situation;
  const startup = settings.startup ?? startupFor(level);
  if (seen.length < startup) {
    const point = startupPoint(situation, isNew(situation));
    if (point !== undefined) return point;
  }
  const model = modeller.model(level, seen, running, noisy);
  if (model === undefined) {
    return startupPoint(situation, isNew(situation)) ?? drawAllowed(level, random, isFresh(situation));
  }
  const isBalanced = isForShares(situation, number, settings.balanceEvery);
  return proposeByModel(situation, model, { ...settings, isBalanced });
}
