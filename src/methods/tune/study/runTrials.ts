import { ImagoError } from "../../../engine/errors.js";
import type { ReadOf } from "../../../engine/options.js";
import type { ParamsOf, Space } from "../space/parameters.js";
import type { runFields } from "./options.js";
import type { Objective, Study } from "./study.js";
import type { Trial } from "./trial.js";

/** So many failures in a row from the very first say that the objective is at fault, and not the parameters. */
const hopeless = 10;

/** Evaluates trials, some beside each other, until something says that it is enough. */
export async function runTrials<S extends Space>(
  study: Study<S>,
  objective: Objective<ParamsOf<S>>,
  { trials = Number.POSITIVE_INFINITY, parallel, timeLimit, signal }: ReadOf<typeof runFields>,
): Promise<void> {
  const started = performance.now();
  const isOver = (): boolean =>
    signal?.aborted === true ||
    study.trials.length >= trials ||
    (timeLimit !== undefined && performance.now() - started > timeLimit);
  const work = async (): Promise<void> => {
    while (!isOver()) {
      const trial = study.ask();
      if (trial === undefined) return;
      await evaluate(study, objective, trial, signal);
      checkHope(study);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
}

async function evaluate<S extends Space>(
  study: Study<S>,
  objective: Objective<ParamsOf<S>>,
  trial: Trial<ParamsOf<S>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const aborted = signal === undefined ? undefined : rejectedBy(signal);
    const outcome = Promise.resolve(objective(trial));
    study.tell(trial, await (aborted === undefined ? outcome : Promise.race([outcome, aborted])));
  } catch (error) {
    study.tell(trial, error instanceof Error ? error : new Error(String(error)));
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

function checkHope<S extends Space>(study: Study<S>): void {
  const first = study.trials.slice(0, hopeless);
  if (first.length < hopeless || first.some(({ state }) => state !== "failed")) return;
  throw new ImagoError(
    `study: the first ${hopeless} trials failed, the last because ${first.at(-1)?.reason}.`,
    {
      help: "See that the objective works for one point before it is searched.",
    },
  );
}
