import { categoryScale, least, most, numberScale, type Scale, valueScale } from "../../../pages/scales.js";
import type { Parameter } from "../../space/parameters.js";
import type { TrialRecord } from "../../study/record.js";
import { valueFor } from "../outcomes.js";
import { choiceText } from "../paths.js";

/** Of a parameter, by its bounds; of one without bounds by the values that came. */
export function scaleOf(parameter: Parameter, values: readonly unknown[]): Scale {
  switch (parameter.type) {
    case "float":
    case "int":
      return numberScale(parameter.low, parameter.high, parameter.log);
    case "normal": {
      const numbers = values.filter((value) => typeof value === "number");
      return numberScale(least(numbers), most(numbers), parameter.log);
    }
    case "values":
      return categoryScale(parameter.values.map(choiceText), choiceText);
    case "branches":
      return categoryScale(Object.keys(parameter.branches), String);
  }
}

/**
 * Of what trials came to, by those that are complete: what others had when they ended early, and lies far off, is shown at the
 * end of the axis.
 */
export function trialScale(trials: readonly TrialRecord[], place: number): Scale {
  const valuesOf = (some: readonly TrialRecord[]): number[] =>
    some.map((trial) => valueFor(trial, place)).filter((value) => value !== undefined);
  const all = valuesOf(trials);
  const complete = valuesOf(trials.filter(({ state }) => state === "complete"));
  if (complete.length < 5) return valueScale(all);
  const [low, high] = [least(complete), most(complete)];
  const reach = high > low ? 2 * (high - low) : Number.POSITIVE_INFINITY;
  return valueScale([
    ...complete,
    ...all.map((value) => Math.min(high + reach, Math.max(low - reach, value))),
  ]);
}

export const beyondNote = "Values far beyond those of complete trials lie at the end of the axis.";
