import { printable } from "../../../../engine/errors.js";
import { shortened } from "../../../pages/scales.js";
import { figure } from "../../ending/endingText.js";
import type { TrialRecord } from "../../study/record.js";
import { choiceText, placedParameters } from "../paths.js";
import type { StudyView } from "../studyView.js";

/** So many parameters are told of a trial that is pointed at. */
const mostLines = 14;

/** What is told of each trial that is pointed at, by its number. */
export function tipsOf({ trials, space }: StudyView): string[] {
  const parameters = placedParameters(space);
  return trials.map((trial) => {
    const lines = parameters.flatMap(({ path, valueIn }) => {
      const value = valueIn(trial.params);
      return value === undefined ? [] : [`${path}  ${shortened(shownValue(value), 40)}`];
    });
    const more = lines.length - mostLines;
    return printable(
      [
        `trial ${trial.number}, ${trial.state}`,
        ...(valueText(trial) === "" ? [] : [`value  ${valueText(trial)}`]),
        ...(trial.reason === undefined ? [] : [shortened(trial.reason.replaceAll(/\s+/g, " "), 90)]),
        ...lines.slice(0, mostLines),
        ...(more > 0 ? [`and ${more} more`] : []),
      ].join("\n"),
    );
  });
}

export function valueText({ value, values }: TrialRecord): string {
  if (values !== undefined) return values.map(figure).join(" / ");
  return value === undefined ? "" : figure(value);
}

export const shownValue = (value: unknown): string =>
  typeof value === "number" ? figure(value) : choiceText(value);
