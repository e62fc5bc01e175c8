import { paretoFront } from "../numerics/paretoFront.js";
import type { StudyCore } from "./core.js";
import type { Kept } from "./record.js";

/** The best complete trial; while there is none, the best of those that came furthest. */
export function bestTrial(core: StudyCore): Kept | undefined {
  const { trials } = core.state;
  const complete = trials.filter(({ state }) => state === "complete");
  if (complete.length > 0) return least(complete, (kept) => core.lossOfTrial(kept));
  const reported = trials.filter(
    ({ state, reports }) =>
      (state === "paused" || state === "pruned") && Number.isFinite(reports.at(-1)?.[1] ?? Number.NaN),
  );
  const stepOf = ({ reports }: Kept): number => reports.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  const furthest = Math.max(...reported.map(stepOf));
  return least(
    reported.filter((kept) => stepOf(kept) === furthest),
    ({ reports }) => core.lossOf(reports.at(-1)?.[1]),
  );
}

/** The first of the least. */
function least(trials: readonly Kept[], loss: (kept: Kept) => number): Kept | undefined {
  let best: Kept | undefined;
  for (const kept of trials) if (best === undefined || loss(kept) < loss(best)) best = kept;
  return best;
}

/** The complete trials that no other is at least as good as in everything, and better in something, by number. */
export function frontOf(core: StudyCore): Kept[] {
  const complete = core.state.trials.filter(({ state }) => state === "complete");
  const losses = complete.map(({ values = [] }) => values.map((value, place) => core.lossOf(value, place)));
  return paretoFront(losses).map((place) => complete[place] as Kept);
}
