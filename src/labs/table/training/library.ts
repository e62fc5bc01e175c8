import type { Learner } from "../../../methods/learners/learner.js";
import type { ColumnKind } from "../prepare/columnKind.js";
import { type PreparedOptions, prepared } from "../prepare/preparedLearner.js";
import type { TableColumn, TableTask } from "../table.js";
import { manyCells } from "./subsets.js";

/** A learner that a table may be learnt by. */
export interface TableLearner {
  readonly name: string;
  readonly learner: Learner;
  /** Share of the time that it may take beside the others. */
  readonly share: number;
  /** Its time grows with the rows to this power. */
  readonly growth: number;
  /** Most rows that it learns from; of more so many are drawn. Default: all. */
  readonly mostRows?: number | undefined;
  /** Whether its time grows with the rows that it predicts as well. Default: it goes into learning. */
  readonly predicts?: boolean | undefined;
  /** Whether it takes hardly any time. Default: false. */
  readonly quick?: boolean | undefined;
}

/** The learner that every training has. */
export const meanName = "mean";

export interface LibraryFacts {
  readonly task: TableTask;
  readonly rows: number;
  readonly columns: readonly ColumnKind[];
  /** Of each the kind of the table's column that it is of. */
  readonly sources: readonly TableColumn["kind"][];
  /** Whether the target is above −1 and skewed to the right, so that its logarithm may be easier to learn. */
  readonly skewed: boolean;
}

/** More rows than this say nothing to neighbours that fewer do not, and make a file large. */
const mostNeighbours = 20_000;

/** From so many columns on trees put numbers into fewer bins: it takes a third of the time, and loses nothing that was measured. */
const manyColumns = 100;

/** Up to so many a linear model is a matter of milliseconds. */
const fewColumns = 300;

/** The learners of a table, cheap ones first. */
export function tableLibrary(facts: LibraryFacts): TableLearner[] {
  const { task, rows, skewed } = facts;
  const ofTask = task === "regression" ? regressionLearners : classLearners;
  const learners = [
    { ...made(facts, meanName, { learner: { name: "mean" }, treatment: "trees" }, 1, 1), quick: true },
    ...ofTask(facts),
    {
      ...made(
        facts,
        "neighbours",
        { learner: { name: "kNearest", config: { k: rows < 200 ? 5 : 15 } } },
        1,
        1,
      ),
      mostRows: mostNeighbours,
      predicts: true,
    },
    ...treeLearners(facts),
    made(facts, "network", { learner: { name: "mlp", config: networkOf(rows) } }, 2, 1),
    made(facts, "residual network", residual(rows), isLarge(facts) ? 5 : 3, 1),
    ...separateLearners(facts),
  ];
  if (task !== "regression" || !skewed) return learners;
  return [...learners, ...logLearners(facts)];
}

function made(
  { columns }: LibraryFacts,
  name: string,
  options: Omit<PreparedOptions, "columns">,
  share: number,
  growth: number,
): TableLearner {
  return { name, learner: prepared({ ...options, columns }), share, growth };
}

const ridge = (facts: LibraryFacts): TableLearner => ({
  ...made(facts, "ridge", { learner: { name: "ridge" } }, 1, 1),
  quick: facts.columns.length <= fewColumns,
});

function regressionLearners(facts: LibraryFacts): TableLearner[] {
  return [
    made(facts, "linear", { learner: { name: "linear" }, dropFirst: true }, 1, 1),
    ridge(facts),
    lassoOf(facts),
  ];
}

function classLearners(facts: LibraryFacts): TableLearner[] {
  const plain = facts.task === "binary" ? "logistic" : "softmaxRegression";
  return [
    ridge(facts),
    made(facts, "logistic", { learner: { name: plain }, dropFirst: true }, 1, 1),
    lassoOf(facts),
  ];
}

/** More rows change hardly a coefficient of a path of penalties, each of which takes a pass over them in every fold. */
const mostPenalised = 20_000;

/** Of many columns, most of which say nothing, none knows more than the lasso. */
function lassoOf(facts: LibraryFacts): TableLearner {
  const { rows, columns } = facts;
  // Small penalties, with many coefficients that are not 0, take most of the time and are seldom best.
  const config = { patience: 10, folds: rows < fewRows ? 10 : 5 };
  const share = columns.length >= manyColumns ? 6 : 2;
  return {
    ...made(facts, "lasso", { learner: { name: "lasso", config } }, share, 1),
    mostRows: mostPenalised,
  };
}

/** Fewer rows than these are all needed: none are held out to end a training, and folds leave out fewer. */
const fewRows = 1_000;

const isLarge = ({ rows, columns }: LibraryFacts): boolean => rows * columns.length >= manyCells;

function treeLearners(facts: LibraryFacts): TableLearner[] {
  // With many columns the time of a tree is that of their bins, however many rows there are.
  const wide = facts.columns.length >= manyColumns;
  const growth = wide ? 0.8 : 1;
  const bins = wide ? { maxBins: 63 } : {};
  const forest = {
    trees: 100,
    minLeafRows: leafRows(facts.rows),
    ...(facts.task === "regression" ? { columnShare: 1 / 3 } : {}),
  };
  return [
    made(facts, "forest", { learner: { name: "randomForest", config: forest }, treatment: "trees" }, 2, 1.1),
    // Of large tables it knows most for its time, and gets most of it.
    made(facts, "boosting", boosting(bins), isLarge(facts) ? 15 : 3, growth),
    // Of large tables there is no time for it, and it knows what boosting knows.
    ...(isLarge(facts) ? [] : [slowBoosting(facts, bins, growth)]),
  ];
}

function slowBoosting(
  facts: LibraryFacts,
  bins: Readonly<Record<string, number>>,
  growth: number,
): TableLearner {
  const config = { rounds: 300, learningRate: 0.05, maxLeaves: 15, columnShare: 0.7, ...bins };
  return made(facts, "boosting, slow", boosting(config), 4, growth);
}

/** What is said of columns that one learner sees alone. */
const manifold = { text: "words", picture: "pictures" } as const;

/**
 * Where there are texts or pictures, and other columns: learners that see the words alone, the pictures alone, and all else, beside those that
 * join them.
 */
function separateLearners(facts: LibraryFacts): TableLearner[] {
  const { columns, sources, task } = facts;
  const present = (["text", "picture"] as const).filter((kind) => sources.includes(kind));
  if (present.length === 0 || new Set(sources).size === 1) return [];
  const seen = (wanted: (kind: TableColumn["kind"]) => boolean): LibraryFacts => ({
    ...facts,
    columns: columns.map((kind, j) =>
      wanted(sources[j] as TableColumn["kind"]) ? kind : { kind: "unused" },
    ),
  });
  const linear = task === "regression" ? "ridge" : "lasso";
  const isElse = (kind: TableColumn["kind"]): boolean => kind !== "text" && kind !== "picture";
  return [
    ...present.map((kind) =>
      made(
        seen((own) => own === kind),
        `${manifold[kind]} alone`,
        { learner: { name: linear } },
        1,
        1,
      ),
    ),
    ...(sources.some(isElse)
      ? [
          made(
            seen(isElse),
            `all but ${present.map((kind) => manifold[kind]).join(" and ")}`,
            boosting({}),
            2,
            1,
          ),
        ]
      : []),
  ];
}

const boosting = (config: Readonly<Record<string, number>>): Omit<PreparedOptions, "columns"> => ({
  learner: { name: "gradientBoosting", config },
  treatment: "trees",
});

function logLearners(facts: LibraryFacts): TableLearner[] {
  return [
    made(facts, "ridge of log", { learner: { name: "ridge" }, logTarget: true }, 1, 1),
    made(facts, "boosting of log", { ...boosting({}), logTarget: true }, 3, 1),
  ];
}

/** Leaves of single rows would make a forest of many rows hundreds of megabytes, and no better. */
const leafRows = (rows: number): number => Math.max(1, Math.round(rows / 5_000));

/** With a vector for each level of a category. */
const residual = (rows: number): Omit<PreparedOptions, "columns"> => ({
  learner: { name: "residualMlp", config: stepsOf(rows) },
  treatment: "embeddings",
});

/** Some thousand steps, whatever the rows; of enough rows some are held out, by which it ends before it learns noise. */
function stepsOf(rows: number): Readonly<Record<string, number | string>> {
  const batchSize = rows < 2_000 ? 32 : 256;
  const epochs = Math.max(5, Math.min(100, Math.round((4_000 * batchSize) / rows)));
  const patience = Math.max(3, Math.min(10, Math.round(epochs / 5)));
  return { batchSize, epochs, decay: "cosine", ...(rows < fewRows ? {} : { patience }) };
}

const networkOf = (rows: number): Readonly<Record<string, number | string | number[]>> => ({
  hidden: [64, 64],
  ...stepsOf(rows),
  dropout: 0.1,
});
