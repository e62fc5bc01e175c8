import { type FieldsOf, number, optional, type ReadOf, readOptions } from "../../../../engine/options.js";
import { configOf } from "../../../../nn/config/config.js";
import type { Point } from "../../space/dimensions.js";
import { leaveOneOut, rankCorrelation } from "../gp/leaveOneOut.js";
import { Modeller, numbersTogether } from "../gp/model.js";
import { proposeByModel } from "../gp/proposeByModel.js";
import { startupFor, startupPoint } from "../gp/startupPoint.js";
import { isNew } from "../isNew.js";
import type { Sampler, Seen, Situation } from "../sampler.js";
import { tpe } from "../tpe/tpe.js";
import { proposeInRegion } from "./proposeInRegion.js";
import { turnsOf } from "./turns.js";

export interface AutoOptions {
  readonly startup?: number | undefined;
  readonly modelTrials?: number | undefined;
  readonly guardEvery?: number | undefined;
  readonly patience?: number | undefined;
}

const fields = {
  startup: optional(number({ min: 1, integer: true })),
  modelTrials: number({ default: 200, min: 0, integer: true }),
  guardEvery: number({ default: 6, min: 1, integer: true }),
  patience: optional(number({ min: 0, integer: true })),
} satisfies FieldsOf<AutoOptions>;

type Settings = ReadOf<typeof fields>;

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
  const patience = settings.patience ?? Math.max(4, numbersTogether(level));
  const turns = turnsOf(seen, number, { ...settings, startup, patience });
  const turn = turns.get(number);
  if (turn === "guard") return guard.propose(situation);
  if (turn === "region") {
    const found = proposeInRegion(situation, (trial: Seen) => turns.get(trial.number) === "region");
    if (found !== undefined) return found;
  }
  if (seen.length > settings.modelTrials) return guard.propose(situation);
  const model = modeller.model(level, seen, running, noisy);
  if (model === undefined) return guard.propose(situation);
  return proposeByModel(situation, model, {
    candidates: 2048,
    climbs: 6,
    isBalanced: Math.floor(number / 2) % 2 === 1,
  });
}
void leaveOneOut;
void rankCorrelation;
