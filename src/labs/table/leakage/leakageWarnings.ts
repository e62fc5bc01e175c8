import { type FieldsOf, having, list, optional, readOptions, seed, text } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { counted, firstOf, grouped } from "../../../engine/words.js";
import type { Matrix } from "../../../methods/learners/matrix.js";
import { columnSpans, isManifold } from "../columnSpans.js";
import { percent, quoted } from "../columns/words.js";
import type { TableColumn, TypedTable } from "../table.js";
import { heldOutAuc, heldOutR2, levelBins, numberBins } from "./binTable.js";
import { areCopies, type EqualRows, equalRows } from "./equalRows.js";
import type { LeakageTarget } from "./leakageTarget.js";
import { missingnessAuc } from "./missingness.js";
import { hasName } from "./names.js";
import { correlationOf, type RankedColumn, rankedColumn } from "./rankedColumn.js";
import { isEqual, isRecoding } from "./recoding.js";
import { areSorted } from "./sortedRows.js";

/** How a column may give the target away, or rows may. */
export type LeakageKind =
  | "equal"
  | "recoding"
  | "rank"
  | "alone"
  | "missing"
  | "name"
  | "sorted"
  | "duplicates";

export interface LeakageWarning {
  readonly kind: LeakageKind;
  /** The column. Absent where rows are meant. */
  readonly column?: string | undefined;
  /** A whole sentence, with what to do. */
  readonly message: string;
}

export interface LeakageOptions {
  /** Names of columns that are not learnt from and count the rows. Default: none. */
  readonly rowNumbers?: readonly string[] | undefined;
  /** What {@link equalRows} found, if it has been asked already. Default: it is asked. */
  readonly equal?: EqualRows | undefined;
  /** By which rows are drawn and held out. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  rowNumbers: optional(list(text(), "an array of names of columns")),
  equal: optional(having<EqualRows>("what equalRows gives", "ids", "distinct")),
  seed: seed(),
} satisfies FieldsOf<LeakageOptions>;

/** Rows and cells that are looked at; of more a sample is drawn. */
const mostRows = 100_000;
const mostCells = 4_000_000;
const fewestSampled = 2000;
/** Rows below which correlations are chance. */
const fewestRows = 10;
/** Rows below which held-out halves are chance. */
const fewestToHoldOut = 50;

const limits = { spearman: 0.99, r2: 0.98, auc: 0.99, missingAuc: 0.95 } as const;

/**
 * Columns that tell the target too well to be known before it, and rows that do. It only warns: whether a column would be there at
 * the time of prediction, nobody can see from a table. For each column the strongest of:
 *
 * - it equals the target, or each of its values goes with one of the target's and the other way round;
 * - its rank correlation with the target (Spearman's) is beyond ± 0.99;
 * - the mean of the target in bins of the column explains over 0.98 of the variance of held-out rows, or tells every class from the
 *   others with an area under the ROC curve above 0.99;
 * - whether it is missing tells the target with an area above 0.95;
 * - its name has the target's.
 *
 * Besides, rows in the order of the target, and rows that are equal in all columns. Of more than 100,000 rows, or 4 million cells, a
 * sample is looked at, but for equal rows all.
 */
export function leakageWarnings(
  table: TypedTable,
  target: LeakageTarget,
  options: LeakageOptions = {},
): LeakageWarning[] {
  const { rowNumbers = [], equal, seed: from } = readOptions("leakageWarnings", options, fields);
  const random = new Generator(from).split("leakage");
  const rows = sampledRows(table.x, random.split("rows"));
  const x = rows === undefined ? table.x : table.x.select({ rows });
  const y = rows === undefined ? target.y : Float64Array.from(rows, (row) => target.y[row] as number);
  const seen = seenTarget({ ...target, y }, random.split("held out"));
  const values = new Float64Array(x.rows);
  const spans = columnSpans(table.columns);
  const ofColumns = table.columns.flatMap((column, j) => {
    // No text and no picture is the target.
    if (isManifold(column)) return [];
    const found = columnWarning(column, x.column(spans[j]?.columns[0] as number, values), seen);
    if (found === undefined) return [];
    const of =
      rows === undefined || found.kind === "name" ? "" : ` (on ${grouped(x.rows)} rows that were drawn)`;
    return [
      {
        ...found,
        column: column.name,
        message: `column ${quoted(column.name)} ${found.message}${of}. ${ask}`,
      },
    ];
  });
  return [
    ...ofColumns,
    ...sortedWarning(seen, rowNumbers),
    ...duplicateWarning(table.x, equal ?? equalRows(table.x), target),
  ];
}

const ask = "Would it be known when the target is not? If not, exclude it.";

/** The target as all columns are compared with it. */
interface Seen extends LeakageTarget {
  readonly ranked: RankedColumn;
  readonly held: Uint8Array;
  /** 0 for numbers. */
  readonly classCount: number;
}

function seenTarget(target: LeakageTarget, random: Generator): Seen {
  const { length } = target.y;
  const held = new Uint8Array(length);
  const order = random.permutation(length);
  for (let place = 0; place < length >> 1; place++) held[order[place]!] = 1;
  const classCount = target.task === "regression" ? 0 : (target.classes?.length ?? 0);
  return { ...target, ranked: rankedColumn(target.y), held, classCount };
}

function sampledRows({ rows, columns }: Matrix, random: Generator): Uint32Array | undefined {
  const most = Math.min(mostRows, Math.max(fewestSampled, Math.floor(mostCells / columns)));
  return rows <= most ? undefined : random.permutation(rows).slice(0, most).sort();
}

type Found = Pick<LeakageWarning, "kind" | "message">;

function columnWarning(column: TableColumn, values: Float64Array, target: Seen): Found | undefined {
  if (isEqual(column, values, target))
    return { kind: "equal", message: `equals the target ${quoted(target.name)}` };
  const ranked = rankedColumn(values);
  const missing = Number(ranked.present < values.length);
  const distinct = { values: ranked.distinct + missing, y: target.ranked.distinct };
  if (isRecoding(values, target.y, distinct)) {
    return {
      kind: "recoding",
      message: `is the target ${quoted(target.name)} in other words: each of its values goes with one`,
    };
  }
  return (
    rankWarning(column, ranked, target) ??
    aloneWarning(column, values, ranked, target) ??
    missingWarning(values, target) ??
    (hasName(column.name, target.name)
      ? { kind: "name", message: `has the target's name in its own` }
      : undefined)
  );
}

function rankWarning(column: TableColumn, ranked: RankedColumn, target: Seen): Found | undefined {
  if (column.kind === "category" || target.classCount > 0 || ranked.present < fewestRows) return undefined;
  const correlation = correlationOf(ranked.ranks, target.ranked.ranks);
  if (Math.abs(correlation) <= limits.spearman) return undefined;
  const how = correlation > 0 ? "rises" : "falls";
  return {
    kind: "rank",
    message: `${how} with the target: their rank correlation is ${digits(correlation)}`,
  };
}

function aloneWarning(
  column: TableColumn,
  values: Float64Array,
  ranked: RankedColumn,
  target: Seen,
): Found | undefined {
  if (values.length < fewestToHoldOut || ranked.distinct + Number(ranked.present < values.length) < 2)
    return undefined;
  const bins = column.kind === "category" ? levelBins(values, column.levels.length) : numberBins(ranked);
  if (target.classCount > 0) {
    const auc = heldOutAuc(bins, target.y, target.classCount, target.held);
    const what = target.classCount === 2 ? "both classes" : "every class";
    return auc <= limits.auc
      ? undefined
      : {
          kind: "alone",
          message: `alone tells ${what} of held-out rows, with an area under the ROC curve of ${digits(auc)}`,
        };
  }
  const r2 = heldOutR2(bins, target.y, target.held);
  return r2 <= limits.r2
    ? undefined
    : {
        kind: "alone",
        message: `alone explains ${digits(r2)} of the variance of the target in held-out rows (R²)`,
      };
}

function missingWarning(values: Float64Array, target: Seen): Found | undefined {
  const { y, classCount: classes, ranked } = target;
  const auc = missingnessAuc(values, classes > 0 ? { y, classes } : ranked);
  return auc <= limits.missingAuc
    ? undefined
    : {
        kind: "missing",
        message: `tells the target by being missing or not, with an area under the ROC curve of ${digits(auc)}`,
      };
}

function sortedWarning(
  { y, ranked, classCount, name }: Seen,
  rowNumbers: readonly string[],
): LeakageWarning[] {
  if (!areSorted(y, classCount > 0 ? undefined : ranked.ranks, classCount)) return [];
  const which =
    rowNumbers.length === 0 ? "" : `, as ${firstOf(rowNumbers.map(quoted))} would, which is not learnt from`;
  return [
    {
      kind: "sorted",
      message: `the rows stand in the order of the target ${quoted(name)}: whatever counts them gives it away${which}.`,
    },
  ];
}

function duplicateWarning(x: Matrix, equal: EqualRows, { y }: LeakageTarget): LeakageWarning[] {
  const { ids, distinct } = equal;
  const repeated = ids.length - distinct;
  if (repeated === 0) return [];
  const first = new Float64Array(distinct).fill(Number.NaN);
  let others = 0;
  for (let row = 0; row < ids.length; row++) {
    const known = first[ids[row]!]!;
    if (Number.isNaN(known)) first[ids[row]!] = y[row]!;
    else if (known !== y[row]) others++;
  }
  const verb = repeated === 1 ? "is" : "are";
  const targets =
    others === 0
      ? "and so in the target"
      : repeated === 1
        ? "with another target"
        : `${grouped(others)} of them with another target`;
  const kept = areCopies(x, equal, y)
    ? "They stay in one fold each, so that none is tested on a copy"
    : "Chance gives as many, and they are divided like others";
  return [
    {
      kind: "duplicates",
      message:
        `${counted(repeated, "row")} (${percent(repeated, ids.length)}) ${verb} equal to one before in all columns that are learnt ` +
        `from, ${targets}. ${kept}.`,
    },
  ];
}

function digits(value: number): string {
  // 0.99996 is not 1.
  return String(Math.trunc(value * 10_000) / 10_000);
}
