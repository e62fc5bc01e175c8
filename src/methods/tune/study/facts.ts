import { ImagoError } from "../../../engine/errors.js";
import { describeSpace } from "../space/describeSpace.js";
import type { StudyCore } from "./core.js";
import type { Attempt } from "./desk.js";
import type { Direction } from "./options.js";
import type { TrialFacts } from "./trial.js";

/** What a trial is from the begin of an attempt on. @throws ImagoError where there is no such trial */
export function factsOf<P>(
  core: StudyCore,
  { trial: number, attempt }: Attempt,
  repeat: number,
): TrialFacts<P> {
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
  return {
    ...{ number, attempt, learning, params: params as P, direction: core.directions[0] as Direction },
    ...{ seed: core.seedOf(number, repeat), repeat, point: [...kept.point] },
    isResumable: repeat === 0 && (core.ledger.lasts || core.settings.pruner?.promote !== undefined),
  };
}
