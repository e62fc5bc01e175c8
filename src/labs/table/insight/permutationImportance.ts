import {
  abortSignal,
  accepting,
  type FieldsOf,
  list,
  number,
  optional,
  readOptions,
  record,
} from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { Matrix } from "../../../methods/learners/matrix.js";
import { columnSpans, isManifold } from "../columnSpans.js";
import type { TableColumn } from "../table.js";
import { type CorrelatedGroup, correlatedGroups } from "./correlatedGroups.js";
import {
  donorsOf,
  drawnRows,
  type HeldOutModel,
  type HeldOutPart,
  heldOutParts,
  permutedExcess,
} from "./heldOutParts.js";
import { meanOf } from "./judged.js";
import { checkLengths, insight } from "./readers.js";
import { WorkLimit } from "./workLimit.js";

export interface PermutationImportanceOptions {
  /** Of x, one for each of its columns. */
  readonly columns: readonly TableColumn[];
  /** `[rows, columns]` */
  readonly x: Matrix;
  /** `[rows]`: numbers, or classes from 0. */
  readonly y: Float64Array;
  /** `[rows]`, from 0. Default: 1 for each. */
  readonly weights?: Float64Array | undefined;
  /** `[rows]`: rows of one number belong together, and standard errors are those of groups. Default: each row by itself. */
  readonly groups?: Int32Array | undefined;
  /** How many classes y has, from 2. Default: none, y holds numbers. */
  readonly classes?: number | undefined;
  /** Models, each with rows that it had not seen. A row of several models counts once, by its mean. */
  readonly models: readonly HeldOutModel[];
  /** How often each column is permuted, from 1. Default: 5. */
  readonly repeats?: number | undefined;
  /** Of more rows so many are drawn, from 1. Default: 5,000, and fewer where there are more than 2,000 columns. */
  readonly mostRows?: number | undefined;
  readonly random: Generator;
  readonly signal?: AbortSignal | undefined;
  /** By `performance.now()`, in ms: fewer repeats are made where it comes. Default: none. */
  readonly deadline?: number | undefined;
}

const fields = {
  columns: insight.columns,
  x: insight.x,
  y: insight.numbers,
  weights: optional(insight.numbers),
  groups: insight.groups,
  classes: insight.classes,
  models: list(
    record({
      rows: accepting("an Int32Array", (value): value is Int32Array => value instanceof Int32Array),
      predictor: insight.predictor,
    }),
    "an array of models with their rows",
  ),
  repeats: number({ default: 5, min: 1, integer: true }),
  mostRows: number({ default: 5000, min: 1, integer: true }),
  random: insight.random,
  signal: abortSignal,
  deadline: insight.deadline,
} satisfies FieldsOf<PermutationImportanceOptions>;

/** What predictions cost more without a column. */
export interface ColumnImportance {
  /** Its number in the table. */
  readonly column: number;
  readonly name: string;
  /** In units of the loss, above 0 where the column helps; by chance a little below. */
  readonly importance: number;
  /** Over rows, of paired differences. Approximate: the models are held fixed. */
  readonly standardError: number;
  /** How often it was permuted. */
  readonly repeats: number;
}

/** The same of columns that tell much of each other, permuted together. */
export interface GroupImportance extends Omit<ColumnImportance, "column" | "name">, CorrelatedGroup {
  readonly names: readonly string[];
}

export interface PermutationImportance {
  readonly loss: "squaredError" | "logLikelihood";
  /** What the predictions cost as they are, on the rows used. */
  readonly risk: number;
  /** The most important first; columns that no time was left for are not among them. */
  readonly columns: readonly ColumnImportance[];
  /** The most important first. */
  readonly groups: readonly GroupImportance[];
  /** Rows used, and held-out rows that there are. */
  readonly rows: number;
  readonly heldOutRows: number;
  /** Repeats that were wanted. */
  readonly repeats: number;
  /** Whether time ended before all of them. */
  readonly endedEarly: boolean;
  /** Names of columns that no time was left for. */
  readonly unknown: readonly string[];
}

/** Of more columns the most important are looked at for groups, and so many rows decide. */
const mostCompared = 300;
const comparedRows = 1000;
/** Differences of rows that are kept at once, all columns together. */
const mostKept = 1e7;

/**
 * Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019): how much the risk on rows that a model had not seen
 * rises when a column's cells change places among them. Squared error for numbers, log loss for classes. What is made of a column of
 * the table, a text's words, categories' indicators or a date's parts, changes together. Columns that are
 * associated by more than 0.8 share or hide their importance; they are permuted together as well.
 *
 * @throws ImagoError on unknown options and lengths that do not fit; the signal's reason when it aborts
 */
export async function permutationImportance(
  options: PermutationImportanceOptions,
): Promise<PermutationImportance> {
  const where = "permutationImportance";
  const settings = readOptions(where, options, fields);
  checkLengths(where, settings);
  const { columns, x, y, weights, groups: rowGroups, classes, models, repeats, random } = settings;
  const most = Math.min(settings.mostRows, Math.max(500, Math.floor(mostKept / x.columns)));
  const drawn = drawnRows(where, models, x.rows, most, random.split("rows"));
  const limit = new WorkLimit(settings.signal, settings.deadline);
  const run: Run = { ...settings, drawn, limit, parts: await heldOutParts(models, drawn, x, y, classes) };
  const singles = columnSpans(columns).map((span) => new Target(span.columns, drawn.length));
  let groups: Grouped[] = [];
  let isWhole = true;
  for (let repeat = 0; repeat < repeats && isWhole; repeat++) {
    isWhole = await permuteEach(run, singles, random.split("permuted").split(repeat));
    if (repeat === 0 && isWhole) groups = grouped(run, singles);
    const together = random.split("together").split(repeat);
    isWhole &&= await permuteEach(
      run,
      groups.map(({ target }) => target),
      together,
    );
  }
  const own: Judging = {
    weights: weights && Float64Array.from(drawn, (row) => weights[row] as number),
    groups: rowGroups && Int32Array.from(drawn, (row) => rowGroups[row] as number),
  };
  return {
    loss: classes === undefined ? "squaredError" : "logLikelihood",
    risk: meanOf(baseLosses(run), own.weights).risk,
    ...described(columns, singles, groups, own),
    rows: drawn.length,
    heldOutRows: new Set(models.flatMap(({ rows }) => Array.from(rows))).size,
    repeats,
    endedEarly: !isWhole,
    unknown: columns.filter((_, j) => singles[j]?.repeats === 0).map(({ name }) => name),
  };
}

/** By what drawn rows count, and which of them belong together. */
interface Judging {
  readonly weights?: Float64Array | undefined;
  readonly groups?: Int32Array | undefined;
}

interface Run {
  readonly columns: readonly TableColumn[];
  readonly x: Matrix;
  readonly classes?: number | undefined;
  readonly random: Generator;
  readonly drawn: Int32Array;
  readonly parts: readonly HeldOutPart[];
  readonly limit: WorkLimit;
}

interface Grouped {
  readonly group: CorrelatedGroup;
  readonly target: Target;
}

/** Columns that are permuted together, and what each row costs more then. */
class Target {
  readonly columns: readonly number[];
  repeats = 0;
  readonly #sums: Float64Array;

  constructor(columns: readonly number[], rows: number) {
    this.columns = columns;
    this.#sums = new Float64Array(rows);
  }

  /** @param excess `[rows]`, of one repeat */
  add(excess: Float64Array): void {
    this.repeats++;
    excess.forEach((value, row) => {
      this.#sums[row] = (this.#sums[row] as number) + value;
    });
  }

  importance({ weights, groups }: Judging): Omit<ColumnImportance, "column" | "name"> {
    const { risk, standardError } = meanOf(
      this.#sums.map((sum) => sum / this.repeats),
      weights,
      groups,
    );
    return { importance: risk, standardError, repeats: this.repeats };
  }
}

/** One repeat of each; `false` where time ended before. */
async function permuteEach(
  { drawn, parts, x, classes, limit }: Run,
  targets: readonly Target[],
  random: Generator,
): Promise<boolean> {
  for (const [number, target] of targets.entries()) {
    const excess: Float64Array[] = parts.map(() => new Float64Array());
    for (const [place, part] of parts.entries()) {
      if (await limit.isOver()) return false;
      const donors = donorsOf(part, drawn, random.split(number).split(place));
      excess[place] = await permutedExcess(part, target.columns, donors, x, classes);
    }
    target.add(meanByRow(parts, excess, drawn.length));
  }
  return true;
}

/** Values of each model's rows by drawn row; the mean of a row that several models had not seen. */
function meanByRow(
  parts: readonly HeldOutPart[],
  values: readonly Float64Array[],
  rows: number,
): Float64Array {
  const [sums, counts] = [new Float64Array(rows), new Float64Array(rows)];
  parts.forEach(({ places }, part) => {
    places.forEach((place, i) => {
      sums[place] = (sums[place] as number) + (values[part]?.[i] as number);
      counts[place] = (counts[place] as number) + 1;
    });
  });
  return sums.map((sum, place) => sum / (counts[place] as number));
}

const baseLosses = ({ parts, drawn }: Run): Float64Array =>
  meanByRow(
    parts,
    parts.map(({ losses }) => losses),
    drawn.length,
  );

function grouped({ columns, x, drawn, random }: Run, singles: readonly Target[]): Grouped[] {
  const places = random.split("compared").permutation(drawn.length).subarray(0, comparedRows);
  const rows = Int32Array.from(places, (place) => drawn[place] as number);
  const spans = columnSpans(columns);
  // Texts and pictures are not compared: what one tells of another column is in many numbers.
  const all = [...columns.keys()].filter((column) => !isManifold(columns[column] as TableColumn));
  const importance = singles.map((single) => single.importance({}).importance);
  const among =
    all.length <= mostCompared
      ? all
      : all.toSorted((a, b) => (importance[b] as number) - (importance[a] as number)).slice(0, mostCompared);
  return correlatedGroups(columns, x.select({ rows }), among).map((group) => ({
    group,
    target: new Target(
      group.columns.flatMap((column) => spans[column]?.columns ?? []),
      drawn.length,
    ),
  }));
}

function described(
  columns: readonly TableColumn[],
  singles: readonly Target[],
  groups: readonly Grouped[],
  judging: Judging,
): Pick<PermutationImportance, "columns" | "groups"> {
  const nameOf = (column: number): string => (columns[column] as TableColumn).name;
  return {
    columns: singles
      .map((target, column) => ({ target, column }))
      .filter(({ target }) => target.repeats > 0)
      .map(({ target, column }) => ({ column, name: nameOf(column), ...target.importance(judging) }))
      .toSorted((a, b) => b.importance - a.importance),
    groups: groups
      .filter(({ target }) => target.repeats > 0)
      .map(({ group, target }) => ({
        ...group,
        names: group.columns.map(nameOf),
        ...target.importance(judging),
      }))
      .toSorted((a, b) => b.importance - a.importance),
  };
}
