import { printable } from "../../../engine/errors.js";
import type { ImageFolder } from "../../../io/data/folder.js";
import type { FolderReport } from "../../../io/data/report.js";
import type { Assessment } from "../../../labs/classify/report/assessment.js";
import { grouped } from "../shell/output.js";

/** Lines of a list that are told before it is cut. */
const most = 30;
const mostLeftOut = 5;

export const percent = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–";
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

const layouts: Readonly<Record<FolderReport["kind"], string>> = {
  folders: "class folders",
  parts: "class folders in parts",
  archive: "an archive",
  labels: "a label file",
};
const splits: Readonly<Record<FolderReport["splitBy"], string>> = {
  hash: "by a hash of each path",
  groups: "by a hash of each group",
  folders: "as the folders are, and by a hash of each path where they have no part to validate on",
  given: "as given",
};

/** What is in a folder, before work begins. */
export function formatFolder({ path, classes, train, validation, test, report }: ImageFolder): string {
  const total = train.size + validation.size + test.size;
  const width = Math.min(40, Math.max(...classes.map((name) => printable(name).length)));
  const lines = classes.slice(0, most).map((name, label) => {
    const [learn = 0, check = 0] = [train.counts[label], validation.counts[label]];
    return `  ${printable(name).padEnd(width)}  ${grouped(learn).padStart(7)} to learn ${grouped(check).padStart(7)} to validate\n`;
  });
  const rest =
    classes.length > most ? `  … and ${counted(classes.length - most, "class", "classes")} more\n` : "";
  const tested = test.size === 0 ? "" : `, ${grouped(test.size)} to test (left alone here)`;
  return [
    `${printable(path)}: ${counted(total, "picture")} of ${counted(classes.length, "class", "classes")}, from ${layouts[report.kind]}\n`,
    ...lines,
    rest,
    `Split ${splits[report.splitBy]}: ${grouped(train.size)} to learn, ${grouped(validation.size)} to validate${tested}.\n`,
    formatBalance(train.counts),
  ].join("");
}

/** The ratio of the largest class to the smallest from which it is said. */
const unbalanced = 3;

function formatBalance(counts: readonly number[]): string {
  const present = counts.filter((count) => count > 0);
  const [least, largest] = [Math.min(...present), Math.max(...present)];
  if (largest < unbalanced * least) return "";
  return `The largest class has ${(largest / least).toFixed(1)} times as many pictures as the smallest: consider --class-weights balanced.\n`;
}

/** What was left out, and what is odd. */
export function formatLeftOut({ warnings, unreadable, skippedRows }: FolderReport): string {
  const listed = (title: string, lines: readonly string[]): string => {
    if (lines.length === 0) return "";
    const shown = lines.slice(0, mostLeftOut).map((line) => `  ${line}\n`);
    const rest = lines.length > mostLeftOut ? `  … and ${grouped(lines.length - mostLeftOut)} more\n` : "";
    return `${title}\n${shown.join("")}${rest}`;
  };
  return [
    // What was left out is listed below, with every reason.
    ...warnings
      .filter((warning) => !warning.includes(" left out ("))
      .map((warning) => `Note: ${printable(warning)}\n`),
    listed(
      `Left out: ${counted(unreadable.length, "picture")} that cannot be read:`,
      unreadable.map(({ path, reason }) => `${printable(path)}: ${printable(reason)}`),
    ),
    listed(
      `Left out: ${counted(skippedRows.length, "row")} of the label file:`,
      skippedRows.map(({ line, reason }) => `line ${line}: ${printable(reason)}`),
    ),
  ].join("");
}

/** How a classifier did: accuracy beside what guessing gives, and each class. */
export function formatAssessment(assessment: Assessment): string {
  const { accuracy, topFive, balanced, largestShare, count, perClass, classes } = assessment;
  const five = classes.length > 10 ? `, ${percent(topFive)} among the first five` : "";
  const width = Math.min(40, Math.max(5, ...perClass.map(({ name }) => printable(name).length)));
  const rows = perClass
    .slice(0, most)
    .map(
      ({ name, count: pictures, precision, recall }) =>
        `  ${printable(name).padEnd(width)}  ${grouped(pictures).padStart(8)}  ${percent(precision).padStart(9)}  ${percent(recall).padStart(7)}\n`,
    );
  const rest = perClass.length > most ? `  … and ${grouped(perClass.length - most)} more\n` : "";
  return [
    `${percent(accuracy)} of ${counted(count, "picture")} right${five}; balanced ${percent(balanced)} (the largest class alone: ${percent(largestShare)})\n`,
    `  ${"class".padEnd(width)}  pictures  precision   recall\n`,
    ...rows,
    rest,
  ].join("");
}
