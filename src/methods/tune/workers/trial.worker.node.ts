import { ImagoError, messageOf } from "../../../engine/errors.js";
import type { TaskContext } from "../../../engine/workers/task.js";
import {
  checkSameSpace,
  type DescribedSpace,
  describeParameter,
  describeSpace,
} from "../space/describeSpace.js";
import { levelOf } from "../space/dimensions.js";
import type { Space } from "../space/parameters.js";
import { paramsOf } from "../space/params.js";
import { type Checkpoint, OpenTrial, type TrialHost, type Verdict } from "../study/trial.js";
import type { SentOutcome, SentTrial, TrialQuestion } from "./messages.js";

/** Evaluates a trial with the `objective` that a script exports. */
export async function evaluate(sent: SentTrial, context: TaskContext): Promise<SentOutcome> {
  const script = (await import(sent.script)) as Readonly<Record<string, unknown>>;
  const objective = script.objective ?? script.default;
  if (typeof objective !== "function") {
    throw new ImagoError(`${sent.script}: expected it to export a function "objective".`);
  }
  const params = paramsFrom(sent, script.space);
  const trial = new OpenTrial({ ...sent, params }, hostOf(context));
  const outcome: unknown = await objective(trial);
  return {
    outcome: sendable(outcome),
    verdict: trial.verdict,
    fault: trial.fault === undefined ? undefined : messageOf(trial.fault),
  };
}

/** From the script's own space, whose values need not be sent. */
function paramsFrom({ script, space, point, params }: SentTrial, own: unknown): unknown {
  if (space === undefined || typeof own !== "object" || own === null) return params;
  checkSameSpace(script, space as DescribedSpace, describeSpace(own as Space));
  return paramsOf(levelOf(own as Space), new Map(point));
}

function hostOf(context: TaskContext): TrialHost {
  const ask = async <T>(question: TrialQuestion): Promise<T> => (await context.ask(question)) as T;
  return {
    report: (value, step, final) => ask<Verdict>({ kind: "report", value, step, final }),
    checkpoint: () => ask<Checkpoint | undefined>({ kind: "checkpoint" }),
    save: (files, step) => ask<void>({ kind: "save", files, step }),
    keep: (files) => ask<void>({ kind: "keep", files }),
    learn: (name, parameter, value) =>
      ask<void>({ kind: "learn", name, parameter: describeParameter(parameter), value }),
  };
}

/** Of records what an outcome may have; anything else that cannot be sent is said in words. */
function sendable(outcome: unknown): unknown {
  if (typeof outcome !== "object" || outcome === null) {
    return typeof outcome === "function" || typeof outcome === "symbol" ? String(outcome) : outcome;
  }
  if (Array.isArray(outcome)) return [...outcome];
  const entries = ["loss", "value", "values"].filter((name) => name in outcome);
  return Object.fromEntries(entries.map((name) => [name, Reflect.get(outcome, name)]));
}
