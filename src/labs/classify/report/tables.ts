import { having } from "../../../engine/options.js";
import type { Assessment } from "./assessment.js";

/** @throws ImagoError on what is no assessment */
function given<T extends object>(where: string, assessment: T, ...keys: readonly (string & keyof T)[]): T {
  return having<T>("an assessment, as assess gives it", ...keys).read(where, "assessment", assessment);
}

/**
 * A confusion matrix as CSV: a row for each class, a column for what its pictures were taken for, with the classes' names at the edges.
 */
export function confusionCsv(assessment: Pick<Assessment, "classes" | "matrix">): string {
  const { classes, matrix } = given("confusionCsv", assessment, "classes", "matrix");
  const rows = matrix.map((row, label) => [csvCell(classes[label] ?? ""), ...row]);
  return [["is \\ taken for", ...classes.map(csvCell)], ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/** Precision and recall of each class as CSV, with the numbers that stand at the edges of the confusion matrix's picture. */
export function classesCsv(assessment: Pick<Assessment, "perClass">): string {
  const { perClass } = given("classesCsv", assessment, "perClass");
  const figure = (value: number): string => (Number.isFinite(value) ? value.toFixed(4) : "");
  const rows = perClass.map(({ name, count, precision, recall }, label) =>
    [label, csvCell(name), count, figure(precision), figure(recall)].join(","),
  );
  return ["number,class,pictures,precision,recall", ...rows].map((row) => `${row}\n`).join("");
}

/** The mistakes as CSV, the surest first, numbered from 1 as on the contact sheet. */
export function mistakesCsv(assessment: Pick<Assessment, "classes" | "mistakes">): string {
  const { classes, mistakes } = given("mistakesCsv", assessment, "classes", "mistakes");
  const rows = mistakes.map(({ path, label, taken, probability }, at) =>
    [
      at + 1,
      csvCell(path),
      csvCell(classes[label] ?? ""),
      csvCell(classes[taken] ?? ""),
      probability.toFixed(4),
    ].join(","),
  );
  return ["number,picture,is,taken for,probability", ...rows].map((row) => `${row}\n`).join("");
}

/** A text in a cell, in quotes where it needs them; what a spreadsheet would take for a formula is told from one by a space. */
function csvCell(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) ? ` ${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
