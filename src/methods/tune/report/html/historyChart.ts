import { none, withNone } from "../../../pages/scales.js";
import { valueFor } from "../outcomes.js";
import type { StudyView } from "../studyView.js";
import { accent, axisOf, type Chart, type Json, legend, short, stateColours, states } from "./chart.js";
import { beyondNote, trialScale } from "./scales.js";

/** Values by trial, for each direction a picture, with the best so far. */
export function historyCharts(study: StudyView): Chart[] {
  const { directions, trials } = study;
  if (trials.length === 0) return [];
  return directions.map((direction, place) => {
    const plain = trialScale(trials, place);
    const ats = trials.map((trial) => plain.at(valueFor(trial, place)));
    const scale = ats.includes(undefined) ? withNone(plain, "none") : plain;
    const points = states.map((state) => ({
      name: state,
      type: "scatter",
      symbolSize: trials.length > 300 ? 5 : 8,
      itemStyle: { color: stateColours[state], opacity: 0.75 },
      data: trials
        .filter((trial) => trial.state === state)
        .map((trial) => ({
          value: [trial.number, short(scale.at(valueFor(trial, place)) ?? none)],
          t: trial.number,
        })),
    }));
    const best = {
      ...{ name: "best so far", type: "line", step: "end", symbol: "none", z: 1 },
      lineStyle: { color: accent, width: 2 },
      itemStyle: { color: accent },
      data: bestSoFar(study, place).map(({ number, value }) => [number, short(scale.at(value) ?? none)]),
    };
    const shown = points.filter(({ data }) => data.length > 0);
    return {
      title: directions.length > 1 ? `Value ${place}, to ${direction}` : `Values, to ${direction}`,
      note: ats.some((at) => at === 0 || at === 1) ? beyondNote : undefined,
      height: 320,
      option: {
        legend,
        grid: { left: 70, right: 20, top: 15, bottom: 70 },
        xAxis: trialAxis(trials.length),
        yAxis: axisOf(scale, { splitLine: { show: true, lineStyle: { opacity: 0.15 } } }),
        series: (best.data.length > 0 ? [...shown, best] : shown) satisfies Json,
      },
    };
  });
}

function trialAxis(count: number): Json {
  return {
    ...{ type: "value", name: "trial", nameLocation: "middle", nameGap: 24, minInterval: 1 },
    ...{ min: 0, max: Math.max(1, count - 1), splitLine: { show: false }, axisLine: { onZero: false } },
  };
}

/** Where the best complete value changed, and what it was at the end; in the order of the numbers. */
function bestSoFar(
  { trials, directions }: StudyView,
  place: number,
): { readonly number: number; readonly value: number }[] {
  const sign = directions[place] === "maximize" ? -1 : 1;
  const steps: { readonly number: number; readonly value: number }[] = [];
  for (const trial of trials) {
    const own = trial.state === "complete" ? valueFor(trial, place) : undefined;
    const last = steps.at(-1);
    if (own !== undefined && (last === undefined || sign * own < sign * last.value)) {
      steps.push({ number: trial.number, value: own });
    }
  }
  const last = steps.at(-1);
  return last === undefined ? [] : [...steps, { number: trials.length - 1, value: last.value }];
}
