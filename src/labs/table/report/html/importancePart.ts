import type { ColumnImportance, GroupImportance } from "../../insight/permutationImportance.js";
import { figure, plusMinus } from "../figures.js";
import type { TableReport } from "../tableReport.js";
import { importanceSentence } from "../words.js";
import {
  absentSection,
  barCell,
  folded,
  type Head,
  type Row,
  safe,
  safeShort,
  section,
  table,
} from "./parts.js";

const head: readonly Head[] = [
  { text: "column" },
  { text: "more ± se", isFigure: true },
  { text: "", isPicture: true },
];

/** So many columns are shown at once. */
const mostShown = 20;

/** How much each column matters, alone and together with those that tell the same. */
export function importancePart(report: TableReport): string {
  const { importance, absent } = report;
  const title = "Which columns matter";
  if (importance === undefined || importance.columns.length === 0) {
    return absentSection(
      "importance",
      title,
      absent?.importance ?? (importance === undefined ? undefined : "there was no time left"),
    );
  }
  const { columns, groups } = importance;
  const scale = scaleOf([...columns, ...groups]);
  const rowOf = (name: string, one: Measured): Row => ({
    cells: [
      name,
      plusMinus(one.importance, one.standardError),
      barCell(
        ...scale(0, one.importance),
        ...scale(one.importance - error(one), one.importance + error(one)),
      ),
    ],
  });
  const rows = columns.map((column) => rowOf(safeShort(column.name, 34), column));
  const how = `${safe(importanceSentence(report))} The line at a bar's end is one standard error. A column near 0 is not used, or says what others say: it tells what the model uses, not what causes ${safe(report.target)}.`;
  return section(
    "importance",
    title,
    how,
    table("Importance of columns", head, rows.slice(0, mostShown)) +
      (rows.length > mostShown
        ? folded(
            `The other ${rows.length - mostShown}`,
            table("Less important columns", head, rows.slice(mostShown)),
          )
        : "") +
      groupsTable(groups, rowOf),
  );
}

type Measured = Pick<ColumnImportance, "importance" | "standardError">;
const error = ({ standardError }: Measured): number => standardError || 0;

/** Positions of two values on one line for all bars. */
function scaleOf(all: readonly Measured[]): (a: number, b: number) => [number, number] {
  const low = Math.min(0, ...all.map((one) => one.importance - error(one)));
  const high = Math.max(0, ...all.map((one) => one.importance + error(one)));
  const at = (value: number): number => (high > low ? (value - low) / (high - low) : 0);
  return (a, b) => [at(a), at(b)];
}

function groupsTable(
  groups: readonly GroupImportance[],
  rowOf: (name: string, one: Measured) => Row,
): string {
  if (groups.length === 0) return "";
  const rows = groups.slice(0, mostShown).map((group) => {
    const { cells } = rowOf(group.names.map((name) => safeShort(name, 30)).join(" + "), group);
    return { cells: [...cells, `over ${figure(Math.floor(100 * group.association) / 100, 2)}`] };
  });
  return `<h3 class="under">Together</h3><p class="soft how">These columns tell much of each other (|Spearman's ρ| over 0.8, for categories Cramér's V or the correlation ratio), so each alone looks less important than it is: the model reads the rest from the others. Here they change places together.</p>${table("Importance of groups", [...head, { text: "association", isFigure: true }], rows)}`;
}
