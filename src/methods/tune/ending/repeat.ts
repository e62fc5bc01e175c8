import { messageOf } from "../../../engine/errors.js";
import { readOutcome } from "../study/outcome.js";
import { pause } from "../study/pause.js";
import type { Kept } from "../study/record.js";
import { Clock, ProcessLost } from "../study/runTrials.js";
import { OpenTrial, type TrialHost } from "../study/trial.js";
import type { Finishing } from "./finish.js";

/** So often may a repeat end its process before it has failed, as a trial of `run` by default. */
const attempts = 3;

export interface RepeatSettings {
  readonly repeats: number;
  readonly parallel: number;
  readonly trialTimeLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const repeatKey = (trial: number, repeat: number): string => `${trial}/${repeat}`;

/**
 * Evaluates trials again that were not yet, and keeps what they come to. Where all that is known has failed, it is tried anew: the
 * objective may have been mended since.
 *
 * @returns why the last of those that failed here did
 * @throws the signal's reason when it aborts
 */
export async function repeatAll(
  at: Finishing,
  ranked: readonly Kept[],
  settings: RepeatSettings,
): Promise<string | undefined> {
  const { repeats: known } = at.core.state;
  const jobs = ranked.flatMap((kept) =>
    Array.from({ length: settings.repeats }, (_, place) => ({ kept, repeat: place + 1 })),
  );
  const found = jobs.map(({ kept, repeat }) => known.get(repeatKey(kept.number, repeat)));
  const isHopeless = found.every((value) => typeof value !== "number");
  const waiting = isHopeless ? jobs : jobs.filter((_, place) => found[place] === undefined);
  let reason: string | undefined;
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      settings.signal?.throwIfAborted();
      reason = (await repeatOne(at, job.kept, job.repeat, settings)) ?? reason;
    }
  };
  await Promise.all(Array.from({ length: settings.parallel }, work));
  return reason;
}

/** @returns why it failed; `undefined` where it did not */
async function repeatOne(
  at: Finishing,
  kept: Kept,
  repeat: number,
  settings: RepeatSettings,
): Promise<string | undefined> {
  const found = await evaluated(at, kept, repeat, settings);
  const { value = null, reason } = found;
  await at.core.transact(() => ({
    events: [{ t: "repeat", trial: kept.number, repeat, value, reason }],
    result: undefined,
    durable: true,
  }));
  return reason;
}

interface Found {
  readonly value?: number | undefined;
  readonly reason?: string | undefined;
}

async function evaluated(
  at: Finishing,
  kept: Kept,
  repeat: number,
  settings: RepeatSettings,
): Promise<Found> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await evaluatedOnce(at, kept, repeat, attempt, settings);
    } catch (error) {
      settings.signal?.throwIfAborted();
      if (!(error instanceof ProcessLost) || attempt === attempts) return { reason: messageOf(error) };
      // A machine that is short of memory needs a while.
      await pause(250 * 4 ** (attempt - 1), settings.signal);
    }
  }
}

async function evaluatedOnce(
  { core, evaluator, factsOf }: Finishing,
  kept: Kept,
  repeat: number,
  attempt: number,
  { signal, trialTimeLimit }: RepeatSettings,
): Promise<Found> {
  const trial = new OpenTrial({ ...factsOf(kept, repeat), attempt }, aloneHost);
  const clock = new Clock(trial, signal, evaluator.limitsTime ? undefined : trialTimeLimit);
  try {
    const outcome = readOutcome(
      await Promise.race([evaluator.evaluate(trial, clock.signal), clock.over]),
      core.directions,
    );
    if (outcome.state === "complete") return { value: outcome.values[0] };
    return { reason: outcome.state === "failed" ? outcome.reason : `it was ${outcome.state}` };
  } finally {
    clock.stop();
  }
}

/** Hears a trial that is no part of the search: nothing stops it, and nothing is kept. */
const aloneHost: TrialHost = {
  report: async () => "go on",
  checkpoint: async () => undefined,
  save: async () => {},
  keep: async () => {},
  learn: async () => {},
};
