import { least, most, numberScale, type Scale, valueScale } from "../../../pages/scales.js";
import type { TrialRecord, TrialState } from "../../study/record.js";
import type { StudyView } from "../studyView.js";
import { axisOf, type Chart, type Json, legend, short, stateColours, states } from "./chart.js";

/** More curves than these, and points of each, hide each other. */
const mostCurves = 200;
const mostPoints = 150;

/** What trials reported, by step. */
export function curvesChart(study: StudyView): Chart | undefined {
  const all = study.trials.filter(({ reports }) => reports.some(([, value]) => Number.isFinite(value)));
  if (all.length === 0) return undefined;
  const trials = chosenOf(study, all);
  const reports = trials.flatMap((trial) => trial.reports.filter(([, value]) => Number.isFinite(value)));
  const steps = reports.map(([step]) => step);
  const [low, high] = [least(steps), most(steps)];
  const byStep = numberScale(low, high, low > 0 && high / low >= 50);
  const byValue = valueScale(
    reports.map(([, value]) => value),
    10,
  );
  return {
    title: "On the way",
    note:
      trials.length < all.length
        ? `${trials.length} of ${all.length} curves, the best among them.`
        : undefined,
    height: 340,
    option: {
      legend,
      grid: { left: 70, right: 20, top: 15, bottom: 70 },
      xAxis: axisOf(byStep, { name: "step", nameLocation: "middle", nameGap: 24 }),
      yAxis: axisOf(byValue, { splitLine: { show: true, lineStyle: { opacity: 0.15 } } }),
      series: states
        .filter((state) => trials.some((trial) => trial.state === state))
        .flatMap((state) =>
          seriesOf(
            state,
            trials.filter((trial) => trial.state === state),
            byStep,
            byValue,
          ),
        ),
    },
  };
}

/** Curves of one colour, and where they end; both go by one name of the legend. */
function seriesOf(state: TrialState, trials: readonly TrialRecord[], byStep: Scale, byValue: Scale): Json[] {
  const color = stateColours[state];
  const curves = trials.map(({ number, reports }) => ({
    t: number,
    coords: thinned(reports.filter(([, value]) => Number.isFinite(value))).map(([step, value]) => [
      short(byStep.at(step) ?? 0),
      short(byValue.at(value) ?? 0),
    ]),
  }));
  return [
    {
      ...{ name: state, type: "lines", coordinateSystem: "cartesian2d", polyline: true },
      lineStyle: { color, width: 1.2, opacity: state === "complete" ? 0.55 : 0.4 },
      itemStyle: { color },
      data: curves.filter(({ coords }) => coords.length > 1),
    },
    {
      ...{ name: state, type: "scatter", symbolSize: 6, itemStyle: { color, opacity: 0.9 } },
      data: curves.map(({ t, coords }) => ({ t, value: coords.at(-1) ?? [] })),
    },
  ];
}

function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= mostPoints) return points;
  const every = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, place) => points[Math.round(place * every)] as T);
}

/** The best half as many as may be shown, and others from everywhere. */
function chosenOf(
  { directions: [direction] }: StudyView,
  trials: readonly TrialRecord[],
): readonly TrialRecord[] {
  if (trials.length <= mostCurves) return trials;
  const sign = direction === "maximize" ? -1 : 1;
  const complete = trials.filter(({ state, value }) => state === "complete" && value !== undefined);
  const best = new Set(
    complete.toSorted((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0))).slice(0, mostCurves / 2),
  );
  const others = trials.filter((trial) => !best.has(trial));
  const every = others.length / (mostCurves - best.size);
  const some = Array.from(
    { length: mostCurves - best.size },
    (_, place) => others[Math.floor(place * every)],
  );
  return [...some.filter((trial) => trial !== undefined), ...best];
}
