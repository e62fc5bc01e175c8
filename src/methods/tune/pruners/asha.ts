import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import type { Followed, Pruner } from "./pruner.js";

export interface AshaOptions {
  /** The step of the first rung. Default: 1. */
  readonly first?: number | undefined;
  /** One of so many trials goes on from each rung, whose step is so many times the one before. Default: 3. */
  readonly factor?: number | undefined;
}

const fields = {
  first: number({ default: 1, above: 0 }),
  factor: number({ default: 3, min: 2, integer: true }),
} satisfies FieldsOf<AshaOptions>;

/**
 * Asynchronous successive halving with promotion (Li and others 2020, algorithm 2): each trial is paused when it comes to a rung,
 * and goes on to the next when it is among the best of those that came there, one of `factor`. Whenever there is room, the paused
 * trial at the highest rung that may go on does so; a new one begins only where there is none. So nothing
 * is lost by who came first, unlike with `halving`: what was put aside goes on when it proves to be good. What it costs does depend
 * on it: where bad trials came first, some of them went on that would not have later. A trial goes on from what it saved when it was paused, see `Trial.save`; `pruning`
 * does so for `fit`, whose training then ends with the same bytes as if it had never been paused.
 * When all trials have begun and none was worth its whole training, the best of those that came furthest gets it, so that there is
 * one.
 *
 * @throws ImagoError on unknown options
 */
export function asha(options: AshaOptions = {}): Pruner {
  const settings = readOptions("asha", options, fields);
  return {
    name: "asha",
    config: { ...settings },
    shouldPrune: () => false,
    shouldPause: ({ trial }) => rungOf(trial, settings) !== undefined,
    promote: (trials) => promoted(trials, settings),
    promoteLast: bestOfFurthest,
  };
}

interface Rungs {
  readonly first: number;
  readonly factor: number;
}

/** The highest rung that the last report came to, if it is the first to come there. */
function rungOf({ reports }: Followed, { first, factor }: Rungs): number | undefined {
  const step = reports.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  const before = reports.at(-2)?.[0] ?? Number.NEGATIVE_INFINITY;
  let found: number | undefined;
  for (let rung = first; rung <= step; rung *= factor) if (before < rung) found = rung;
  return found;
}

function promoted(trials: readonly Followed[], { first, factor }: Rungs): number | undefined {
  const rungs: number[] = [];
  const furthest = Math.max(...trials.map(({ reports }) => reports.at(-1)?.[0] ?? 0), 0);
  for (let rung = first; rung <= furthest; rung *= factor) rungs.push(rung);
  for (const rung of rungs.toReversed()) {
    const there = trials
      .filter(({ state }) => state !== "failed")
      .flatMap((trial) => {
        const loss = trial.reports.find(([step]) => step >= rung)?.[1];
        return loss === undefined ? [] : [{ trial, loss }];
      })
      // What is no number is behind all others.
      .sort((a, b) => compare(a.loss, b.loss) || a.trial.number - b.trial.number);
    const best = there.slice(0, Math.floor(there.length / factor));
    const next = best.find(
      ({ trial, loss }) =>
        Number.isFinite(loss) && trial.state === "paused" && (trial.reports.at(-1)?.[0] ?? 0) < rung * factor,
    );
    if (next !== undefined) return next.trial.number;
  }
  return undefined;
}

/** Where no trial is complete: the best of those that came furthest. */
function bestOfFurthest(trials: readonly Followed[]): number | undefined {
  if (trials.some(({ state }) => state === "complete")) return undefined;
  const last = ({ reports }: Followed): readonly [step: number, loss: number] =>
    reports.at(-1) ?? [0, Number.NaN];
  return trials
    .filter((trial) => trial.state === "paused" && Number.isFinite(last(trial)[1]))
    .sort((a, b) => last(b)[0] - last(a)[0] || compare(last(a)[1], last(b)[1]) || a.number - b.number)[0]
    ?.number;
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
