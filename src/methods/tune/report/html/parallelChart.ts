import { type Scale, shortened, withNone } from "../../../pages/scales.js";
import type { ParameterImportance } from "../../importance/parameterImportance.js";
import type { TrialRecord } from "../../study/record.js";
import { valueFor } from "../outcomes.js";
import { type PlacedParameter, placedParameters } from "../paths.js";
import type { StudyView } from "../studyView.js";
import { axisOf, type Chart, grey, type Json, shadeOf, short } from "./chart.js";
import { scaleOf, trialScale } from "./scales.js";

/** More axes than these nobody can follow. */
const mostAxes = 12;

const axisNames = { nameTextStyle: { fontSize: 11 } };

/** A parameter with the scale of its axis. */
export interface Axis {
  readonly placed: PlacedParameter;
  readonly scale: Scale;
}

/** The most important parameters, at most so many; in the order of the space, or by their importance. */
export function axesOf(
  study: StudyView,
  importance: readonly ParameterImportance[],
  most: number,
  order: "space" | "importance",
): Axis[] {
  const all = placedParameters(study.space);
  const known = importance.map(({ path }) => path);
  const rank = ({ path }: PlacedParameter): number => {
    const place = known.indexOf(path);
    return place < 0 ? known.length : place;
  };
  const sorted = all.toSorted((a, b) => rank(a) - rank(b)).slice(0, most);
  const chosen = order === "importance" ? sorted : all.filter((placed) => sorted.includes(placed));
  return chosen.map((placed) => {
    const values = study.trials.map(({ params }) => placed.valueIn(params));
    const scale = scaleOf(placed.parameter, values);
    return { placed, scale: values.includes(undefined) ? withNone(scale, "–") : scale };
  });
}

/** Each trial as a line through its parameters to its value. */
export function parallelChart(
  study: StudyView,
  importance: readonly ParameterImportance[],
): Chart | undefined {
  const axes = axesOf(study, importance, mostAxes, "space");
  const trials = study.trials.filter(({ value, values }) => value !== undefined || values !== undefined);
  if (axes.length === 0 || trials.length === 0) return undefined;
  const valueAxes = study.directions.map((_, place) => trialScale(trials, place));
  const lines = shaded(study, trials).map(({ trial, style }) => ({
    value: [
      ...axes.map(({ placed, scale }) => scale.at(placed.valueIn(trial.params))),
      ...valueAxes.map((scale, place) => scale.at(valueFor(trial, place))),
    ].map((one) => (one === undefined ? "-" : short(one))),
    lineStyle: style,
    t: trial.number,
  }));
  return {
    title: "Parameters together",
    note: noteOf(axes.length, placedParameters(study.space).length),
    height: 380,
    width: 80 * (axes.length + valueAxes.length),
    option: {
      parallel: { ...{ left: 50, right: 60, top: 45, bottom: 25 }, parallelAxisDefault: axisNames },
      parallelAxis: [
        ...axes.map(({ placed, scale }, dim) => axisOf(scale, { dim, name: shortened(placed.path, 18) })),
        ...valueAxes.map((scale, place) =>
          axisOf(scale, {
            dim: axes.length + place,
            name: valueAxes.length > 1 ? `value ${place}` : "value",
          }),
        ),
      ],
      series: [{ type: "parallel", smooth: false, data: lines }],
    },
  };
}

function noteOf(shown: number, total: number): string {
  const how =
    "Blue lines are the best, orange the worst, grey ones did not complete. Drag along an axis to choose lines.";
  return total > shown ? `${how} The ${shown} most important of ${total} parameters.` : how;
}

/** The worst first, so that the best lie above them. */
function shaded(
  { directions: [direction] }: StudyView,
  trials: readonly TrialRecord[],
): { readonly trial: TrialRecord; readonly style: { readonly [name: string]: Json } }[] {
  const sign = direction === "maximize" ? 1 : -1;
  const lossOf = (trial: TrialRecord): number => sign * (valueFor(trial, 0) ?? 0);
  const complete = trials.filter(({ state }) => state === "complete");
  const sorted = complete.toSorted((a, b) => lossOf(a) - lossOf(b));
  const last = Math.max(1, sorted.length - 1);
  // Of few lines each can be followed; of many they make a cloud.
  const faint = trials.length > 300 ? 0.12 : trials.length > 60 ? 0.25 : 0.55;
  return [
    ...trials
      .filter(({ state }) => state !== "complete")
      .map((trial) => ({ trial, style: { color: grey, width: 1, opacity: Math.min(0.4, 1.2 * faint) } })),
    ...sorted.map((trial, place) => ({
      trial,
      style: {
        color: shadeOf((sorted.length - 1 - place) / last),
        width: place >= sorted.length - 3 ? 2.5 : 1.2,
        opacity: place >= sorted.length - 3 ? 1 : faint * (1 + place / last),
      },
    })),
  ];
}
