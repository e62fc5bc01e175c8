import type { ParameterImportance } from "../../importance/parameterImportance.js";
import type { TrialRecord } from "../../study/record.js";
import { valueFor } from "../outcomes.js";
import type { StudyView } from "../studyView.js";
import { accent, axisOf, type Chart, type Json, short, stateColours, states } from "./chart.js";
import { axesOf } from "./parallelChart.js";
import { trialScale } from "./scales.js";

/** So many parameters have a picture of their own. */
const mostSlices = 24;

/** The value against each parameter, the most important first; of several directions the first. */
export function sliceCharts(study: StudyView, importance: readonly ParameterImportance[]): Chart[] {
  const trials = study.trials.filter((trial) => valueFor(trial, 0) !== undefined);
  if (trials.length === 0) return [];
  const values = trialScale(trials, 0);
  const best = study.directions.length > 1 ? undefined : study.best?.number;
  return axesOf(study, importance, mostSlices, "importance").map(({ placed, scale }) => {
    const pointOf = (trial: TrialRecord): Json => ({
      value: [scale.at(placed.valueIn(trial.params)) ?? 0, values.at(valueFor(trial, 0)) ?? 0].map(short),
      t: trial.number,
    });
    const series = states.map((state) => ({
      name: state,
      type: "scatter",
      symbolSize: trials.length > 300 ? 4 : 7,
      itemStyle: { color: stateColours[state], opacity: 0.6 },
      data: trials.filter((trial) => trial.state === state).map(pointOf),
    }));
    const top = {
      ...{ name: "best", type: "scatter", symbolSize: 11, z: 5 },
      itemStyle: { color: "transparent", borderColor: accent, borderWidth: 2.5 },
      data: trials.filter(({ number }) => number === best).map(pointOf),
    };
    return {
      title: placed.path,
      height: 220,
      option: {
        grid: { left: 64, right: 16, top: 12, bottom: 28 },
        xAxis: axisOf(scale),
        yAxis: axisOf(values, { splitLine: { show: true, lineStyle: { opacity: 0.15 } } }),
        series: [...series.filter(({ data }) => data.length > 0), top],
      },
    };
  });
}
