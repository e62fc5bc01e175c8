import { printable } from "../../../../engine/errors.js";
import { escapeHtml } from "../../../pages/escape.js";
import type { TrialRecord } from "../../study/record.js";
import { type PlacedParameter, placedParameters } from "../paths.js";
import { secondsOf, spansByTrial } from "../studyCsv.js";
import type { StudyView } from "../studyView.js";
import { stateColours } from "./chart.js";
import { shownValue, valueText } from "./tips.js";

interface Cell {
  readonly text: string;
  /** By what it is sorted. Default: its text. */
  readonly key?: number | undefined;
  readonly colour?: string | undefined;
}

/** Every trial, a row each; the page's script sorts them. */
export function trialsTable(study: StudyView): string {
  const parameters = placedParameters(study.space);
  const spans = spansByTrial(study.timeline);
  const best = study.directions.length > 1 ? study.front : study.best === undefined ? [] : [study.best];
  const marked = new Set(best.map(({ number }) => number));
  const names = [
    "trial",
    "state",
    "value",
    ...parameters.map(({ path }) => path),
    "steps",
    "seconds",
    "reason",
  ];
  const lefts = new Set(parameters.filter(isText).map(({ path }) => path)).add("state").add("reason");
  const head = names.map(
    (name) =>
      `<th scope="col"${lefts.has(name) ? "" : ' class="n"'}><button type="button">${escapeHtml(name)}</button></th>`,
  );
  const rows = study.trials.map((trial) => {
    const cells = cellsOf(trial, parameters, secondsOf(spans.get(trial.number) ?? []));
    return `<tr${marked.has(trial.number) ? ' class="best"' : ""}>${cells.map(cellText).join("")}</tr>`;
  });
  return `<div class="wide"><table id="trials"><thead><tr>${head.join("")}</tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table></div>`;
}

function cellsOf(
  trial: TrialRecord,
  parameters: readonly PlacedParameter[],
  seconds: number | undefined,
): Cell[] {
  const step = trial.reports.at(-1)?.[0];
  return [
    { text: String(trial.number), key: trial.number },
    { text: trial.state, colour: stateColours[trial.state] },
    { text: valueText(trial), key: trial.values?.[0] ?? trial.value },
    ...parameters.map(({ valueIn }): Cell => {
      const value = valueIn(trial.params);
      if (value === undefined) return { text: "" };
      return { text: shownValue(value), key: typeof value === "number" ? value : undefined };
    }),
    { text: step === undefined ? "" : String(step), key: step },
    { text: seconds === undefined ? "" : String(Number(seconds.toPrecision(3))), key: seconds },
    { text: trial.reason ?? "" },
  ];
}

function cellText({ text, key, colour }: Cell): string {
  const sorted = key === undefined ? "" : ` class="n" data-k="${key}"`;
  const dot = colour === undefined ? "" : `<i style="background:${colour}"></i>`;
  return `<td${sorted}>${dot}${escapeHtml(printable(text))}</td>`;
}

const isText = ({ parameter }: PlacedParameter): boolean =>
  parameter.type === "branches" ||
  (parameter.type === "values" && !parameter.values.every((value) => typeof value === "number"));
