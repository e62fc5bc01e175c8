import { ImagoError, messageOf } from "../../../engine/errors.js";
import { describeSpace } from "../space/describeSpace.js";
import type { ParamsOf, Space } from "../space/parameters.js";
import type { StudyCore } from "./core.js";
import type { Attempt, Ending } from "./desk.js";
import { type Outcome, readOutcome } from "./outcome.js";
import type { OpenTrial, TrialFacts } from "./trial.js";

/** What a trial is told when it begins. @throws ImagoError where there is none of that number */
export function factsOf<S extends Space>(
  core: StudyCore,
  { trial: number, attempt }: Attempt,
  repeat = 0,
): TrialFacts<ParamsOf<S>> {
  const kept = core.state.trials[number];
  if (kept === undefined) throw new ImagoError(`study: there is no trial ${number}.`);
  const learning = core.learns
    ? {
        space: describeSpace(core.level.space),
        point: [...kept.point],
        random: core.random.split("learnt").split(number).state(),
      }
    : undefined;
  const params = learning === undefined ? core.paramsOf(kept.point) : {};
  const [direction = "minimize"] = core.directions;
  return {
    ...{ number, attempt, learning, params: params as ParamsOf<S>, direction },
    ...{ seed: core.seedOf(number, repeat), repeat, point: [...kept.point] },
    isResumable: repeat === 0 && (core.ledger.lasts || core.settings.pruner?.promote !== undefined),
  };
}

/** What an attempt ends with, by what came of it. */
export function attemptEnd(core: StudyCore, trial: OpenTrial<unknown>, outcome: Outcome | Error): Ending {
  if (trial.fault !== undefined) return { state: "failed", reason: messageOf(trial.fault) };
  if (outcome instanceof Error) return { state: "failed", reason: outcome.message };
  if (trial.verdict === "pause") return { state: "paused" };
  if (trial.verdict === "prune") {
    const step = core.state.trials[trial.number]?.reports.at(-1)?.[0];
    return { state: "pruned", reason: `${core.settings.pruner?.name} at step ${step}` };
  }
  return readOutcome(outcome, core.directions);
}
