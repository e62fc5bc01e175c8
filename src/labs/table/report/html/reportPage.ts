import { standalonePage } from "../../../../methods/pages/standalonePage.js";
import { reportField, type TableReport } from "../tableReport.js";
import { calibrationPart } from "./calibrationPart.js";
import { columnsPart, makingPart } from "./columnsPart.js";
import { dependencePart } from "./dependencePart.js";
import { headPart, warningsPart } from "./headPart.js";
import { importancePart } from "./importancePart.js";
import { learnersPart } from "./learnersPart.js";
import { mistakesPart } from "./mistakesPart.js";
import { residualsPart } from "./residualsPart.js";
import { reportStyle } from "./style.js";

/** Parts by their places in the page, as the list at its head calls them. */
const titles: readonly (readonly [id: string, title: string])[] = [
  ["learners", "Learners"],
  ["importance", "Columns that matter"],
  ["dependence", "How predictions go"],
  ["calibration", "Probabilities"],
  ["residuals", "Residuals"],
  ["mistakes", "Worst mistakes"],
  ["columns", "The data"],
  ["making", "How it was made"],
];

/**
 * A report as one page that needs nothing else: no network, no files beside it and no script, so that whatever names and cells
 * hold stays text. Light or dark as the reader's system is; each picture's figures stand in a table below it.
 *
 * @throws ImagoError on what is no report
 */
export function reportPage(report: TableReport): string {
  reportField.read("reportPage", "report", report);
  const sections = [
    learnersPart(report),
    importancePart(report),
    dependencePart(report),
    calibrationPart(report),
    residualsPart(report),
    mistakesPart(report),
    columnsPart(report),
    makingPart(report),
  ];
  const contents = titles.filter(([id]) => sections.some((part) => part.startsWith(`<section id="${id}"`)));
  return standalonePage({
    title: `${report.target}, from ${report.name}`,
    sections: [headPart(report, contents), warningsPart(report), ...sections],
    footer: "Made by Imago.",
    style: reportStyle,
  });
}
