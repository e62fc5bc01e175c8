import { type Scale, valueScale } from "../../../pages/scales.js";
import type { TrialRecord } from "../../study/record.js";
import type { StudyView } from "../studyView.js";
import { accent, axisOf, type Chart, type Json, legend, short, stateColours } from "./chart.js";

/** So many pairs of directions at most. */
const mostPairs = 3;

/** Two values against each other, with the front, for each pair of directions. */
export function frontCharts(study: StudyView): Chart[] {
  const complete = study.trials.filter(({ state, values }) => state === "complete" && values !== undefined);
  if (study.directions.length < 2 || complete.length === 0) return [];
  const scales = study.directions.map((_, place) =>
    valueScale(complete.map(({ values }) => values?.[place] as number)),
  );
  const pairs = study.directions.flatMap((_, a) =>
    study.directions.slice(a + 1).map((_, offset) => [a, a + 1 + offset] as const),
  );
  return pairs.slice(0, mostPairs).map(([a, b]) => ({
    title: `Value ${a} against value ${b}`,
    note: "The front: what no other trial is better than in every direction.",
    height: 360,
    option: {
      legend,
      grid: { left: 80, right: 20, top: 15, bottom: 70 },
      xAxis: axisOf(scales[a] as Scale, {
        ...{ name: `value ${a}, to ${study.directions[a]}`, nameLocation: "middle", nameGap: 24 },
      }),
      yAxis: axisOf(scales[b] as Scale, {
        ...{ name: `value ${b}, to ${study.directions[b]}`, nameLocation: "middle", nameGap: 55 },
        splitLine: { show: true, lineStyle: { opacity: 0.15 } },
      }),
      series: seriesOf(study, complete, scales, [a, b]),
    },
  }));
}

function seriesOf(
  { front, directions }: StudyView,
  complete: readonly TrialRecord[],
  scales: readonly Scale[],
  [a, b]: readonly [number, number],
): Json[] {
  const pointOf = ({ number, values }: TrialRecord) => ({
    value: [short(scales[a]?.at(values?.[a]) ?? 0), short(scales[b]?.at(values?.[b]) ?? 0)],
    t: number,
  });
  const along = front.map(pointOf).sort((one, other) => (one.value[0] ?? 0) - (other.value[0] ?? 0));
  return [
    {
      ...{ name: "complete", type: "scatter", symbolSize: 7 },
      itemStyle: { color: stateColours.complete, opacity: 0.6 },
      data: complete.map(pointOf),
    },
    {
      // Of more than two directions a picture of two shows the front as a cloud.
      ...{ name: "front", type: directions.length === 2 ? "line" : "scatter", symbolSize: 9, z: 4 },
      ...{ itemStyle: { color: accent }, lineStyle: { color: accent, width: 1.5 }, symbol: "circle" },
      data: along,
    },
  ];
}
