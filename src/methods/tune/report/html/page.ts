import { printable } from "../../../../engine/errors.js";
import { escapeHtml } from "../../../pages/escape.js";
import { standalonePage } from "../../../pages/standalonePage.js";
import { endingText } from "../../ending/endingText.js";
import type { ParameterImportance } from "../../importance/parameterImportance.js";
import { bestText, paramsText } from "../lines.js";
import { modelledTogether } from "../modelled.js";
import { earlyEnds, failuresOf } from "../outcomes.js";
import type { StudyView } from "../studyView.js";
import { type Chart, stateColours, states } from "./chart.js";
import { curvesChart } from "./curvesChart.js";
import { frontCharts } from "./frontCharts.js";
import { historyCharts } from "./historyChart.js";
import { importanceChart } from "./importanceChart.js";
import { parallelChart } from "./parallelChart.js";
import { pageScript } from "./script.js";
import { sliceCharts } from "./sliceCharts.js";
import { studyStyle } from "./style.js";
import { timelineChart } from "./timelineChart.js";
import { tipsOf } from "./tips.js";
import { trialsTable } from "./trialsTable.js";

export interface PageOptions {
  /** What the study is called. */
  readonly title: string;
  /** The text of echarts.min.js, which the page carries with it. */
  readonly library: string;
}

/** The report of a study as one page that needs nothing else: no network, no files beside it. */
export function studyPage(study: StudyView, { title, library }: PageOptions): string {
  const drawn: Chart[] = [];
  const place = (chart: Chart, level: "h2" | "h3" = "h2"): string =>
    figureOf(chart, drawn.push(chart) - 1, level);
  const importance = study.trials.length === 0 ? [] : study.importance();
  const parts = [
    header(study, title),
    ending(study),
    ...chartParts(study, importance, place),
    notes(study),
    study.trials.length === 0 ? "" : `<section><h2>Trials</h2>${trialsTable(study)}</section>`,
  ];
  return standalonePage({
    title,
    sections: parts,
    footer: "Made by Imago. Charts by Apache ECharts.",
    style: studyStyle,
    scripts: {
      data: { charts: drawn.map(({ option }) => ({ option })), tips: tipsOf(study) },
      programs: [library, pageScript],
    },
  });
}

type Place = (chart: Chart, level?: "h2" | "h3") => string;

function chartParts(study: StudyView, importance: readonly ParameterImportance[], place: Place): string[] {
  const one = (chart: Chart | undefined): string => (chart === undefined ? "" : place(chart));
  const slices = sliceCharts(study, importance);
  const matters = importanceChart(importance);
  const why = importance[0]?.reason ?? "nothing can be said yet";
  const unknown =
    importance.length === 0
      ? ""
      : `<section><h2>What matters</h2><p class="soft">Not known: ${escapeHtml(why)}.</p></section>`;
  return [
    ...historyCharts(study).map((chart) => place(chart)),
    ...frontCharts(study).map((chart) => place(chart)),
    matters === undefined ? unknown : place(matters),
    one(parallelChart(study, importance)),
    slices.length === 0
      ? ""
      : `<section><h2>Parameter by parameter</h2><p class="soft">The value against each parameter, the most important first${
          study.directions.length > 1 ? "; the first of the values" : ". The ring is the best"
        }.</p><div class="slices">${slices.map((chart) => place(chart, "h3")).join("\n")}</div></section>`,
    one(curvesChart(study)),
    one(timelineChart(study)),
  ];
}

function figureOf({ title, note, height, width }: Chart, place: number, level: "h2" | "h3"): string {
  const least = width === undefined ? "" : `;min-width:${width}px`;
  const said = note === undefined ? "" : `<figcaption class="soft">${escapeHtml(note)}</figcaption>`;
  return `<figure><${level}>${escapeHtml(printable(title))}</${level}>${said}<div class="room"><div data-chart="${place}" style="height:${height}px${least}" role="img" aria-label="${escapeHtml(printable(title))}"></div></div></figure>`;
}

function header(study: StudyView, title: string): string {
  const { trials, settings, directions } = study;
  const { sampler, pruner, seed } = settings;
  const counts = states
    .map((state) => [state, trials.filter((trial) => trial.state === state).length] as const)
    .filter(([, count]) => count > 0);
  const facts = [
    ["trials", String(trials.length)],
    ["sampler", sampler.name],
    ...(pruner === undefined ? [] : [["pruner", pruner.name]]),
    ["seed", String(seed)],
  ];
  const best = directions.length > 1 ? undefined : study.best;
  const params =
    best === undefined ? "" : `<p class="soft">${escapeHtml(printable(paramsText(best.params)))}</p>`;
  const summary = escapeHtml(bestText(study));
  return `<header><h1>${escapeHtml(printable(title))}</h1><p>${summary.charAt(0).toUpperCase()}${summary.slice(1)}.</p>${params}<dl>${facts
    .map(([name = "", value = ""]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join("")}${counts
    .map(
      ([state, count]) =>
        `<div><dt>${state}</dt><dd><i style="background:${stateColours[state]}"></i>${count}</dd></div>`,
    )
    .join("")}</dl></header>`;
}

function ending({ ending: found, direction }: StudyView): string {
  if (found === undefined) return "";
  return `<section><h2>How it ended</h2><pre class="room">${escapeHtml(endingText(found, direction).trimEnd())}</pre></section>`;
}

/** What ended early, what failed, what was mended. */
function notes({ trials, settings, space, problems }: StudyView): string {
  const early = earlyEnds(trials).map(
    ({ pruner, step, trials: ended }) => `${ended.length} pruned by ${pruner} at step ${step ?? "–"}`,
  );
  const failed = failuresOf(trials).map(
    ({ reason, trials: own }) =>
      `${own.length} failed: ${reason} (trial ${own[0]}${own.length > 1 ? " the first" : ""})`,
  );
  const together = trials.length === 0 ? [] : modelledTogether(settings.sampler.name, space);
  const lines = [
    ...[...early, ...failed, ...problems],
    ...together.map((names) => `${settings.sampler.name} models together: ${names}`),
  ];
  if (lines.length === 0) return "";
  return `<section><h2>To be known</h2><pre>${lines.map((line) => escapeHtml(printable(line))).join("\n")}</pre></section>`;
}
