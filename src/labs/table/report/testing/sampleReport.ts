import { Generator } from "../../../../engine/random/generator.js";
import type { HonestRisk } from "../../../../methods/ensemble/superLearner/honestLosses.js";
import { calibration } from "../../insight/calibration.js";
import { lossOfRows, meanOf } from "../../insight/judged.js";
import { partialDependence } from "../../insight/partialDependence.js";
import { permutationImportance } from "../../insight/permutationImportance.js";
import { residuals } from "../../insight/residuals.js";
import { classScores, numberScores } from "../../insight/scores.js";
import { foldRows, matrixFrom, predictorOf } from "../../insight/testing/predictors.js";
import { worstMistakes } from "../../insight/worstMistakes.js";
import type { TableColumn } from "../../table.js";
import type { ReportLearner, TableReport } from "../tableReport.js";

export interface SampleOptions {
  readonly rows: number;
  /** Default: none, a number is predicted. */
  readonly levels?: readonly string[] | undefined;
  /** What all names and texts begin with, to be hostile. Default: nothing. */
  readonly prefix?: string | undefined;
}

/** A report with all of its parts, of data and models that cost nothing. */
export async function sampleReport({ rows, levels, prefix = "" }: SampleOptions): Promise<TableReport> {
  const random = new Generator(5);
  const columns = columnsOf(prefix);
  const x = matrixFrom(rows, (row) => [
    random.normal(),
    row % 3,
    19_000 + row,
    row % 7 === 3 ? Number.NaN : random.normal(),
  ]);
  const classes = levels?.length;
  const predictor = predictorOf(([size = 0, kind = 0]) =>
    classes === undefined ? 3 * size + kind : shares(3 * size + kind, classes),
  );
  const truth = x.column(0).map((size, row) => 3 * size + (row % 3) + random.normal());
  const y = classes === undefined ? truth : truth.map((value) => classOf(value, classes));
  const predictions = await predictor.predict(x);
  const baseline =
    classes === undefined
      ? y.map(() => y.reduce((sum, value) => sum + value, 0) / rows)
      : new Float64Array(rows * classes).fill(1 / classes);
  const models = foldRows(rows, Math.min(5, rows)).map((own) => ({ rows: own, predictor }));
  const all = { columns, x, y, classes };
  const importance = await permutationImportance({ ...all, models, random });
  const among = importance.columns.map(({ column }) => column);
  const lines = Int32Array.from({ length: rows }, (_, row) => row + 2);
  return {
    ...factsOf(prefix, rows, columns),
    task: classes === undefined ? "regression" : classes === 2 ? "binary" : "classes",
    levels: levels?.map((name, k) => ({ name, rows: y.filter((label) => label === k).length })),
    ...risksOf(prefix, predictions, baseline, y, classes),
    scores:
      classes === undefined
        ? numberScores({ predictions, baseline, y })
        : classScores({ predictions, baseline, y, classes }),
    importance,
    dependence: await partialDependence({ columns, x, predictor, classes, among, random }),
    calibration: classes === undefined ? undefined : calibration({ predictions, y, classes, random }),
    residuals: classes === undefined ? residuals({ predictions, y, random }) : undefined,
    mistakes: worstMistakes({ columns, x, y, predictions, lines, levels }),
  };
}

function columnsOf(prefix: string): TableColumn[] {
  return [
    { kind: "number", name: `${prefix}size`, decimal: "." },
    { kind: "category", name: `${prefix}kind`, levels: ["a", "b", "c"].map((level) => prefix + level) },
    { kind: "date", name: `${prefix}day`, order: "iso", hasTime: false },
    { kind: "number", name: `${prefix}noise`, decimal: "." },
  ];
}

const classOf = (value: number, classes: number): number =>
  Math.max(0, Math.min(classes - 1, Math.floor(value / 2 + classes / 2)));

function shares(score: number, classes: number): number[] {
  const own = Array.from({ length: classes }, (_, k) => Math.exp(-Math.abs(k - classOf(score, classes))));
  const total = own.reduce((sum, value) => sum + value, 0);
  return own.map((value) => value / total);
}

function factsOf(prefix: string, rows: number, columns: readonly TableColumn[]) {
  return {
    ...{
      name: `${prefix}data.csv`,
      date: `${prefix}2026-12-01`,
      versions: { [`${prefix}Imago`]: `${prefix}1` },
    },
    ...{ reason: `${prefix}it holds 40 different numbers`, target: `${prefix}price`, rows },
    droppedRows: [{ rows: 3, why: `${prefix}without a price` }],
    columns: columns.map(({ name, kind }) => ({ name, kind, why: `${prefix}so it reads`, missing: 1 })),
    droppedColumns: [{ name: `${prefix}id`, why: `${prefix}it counts rows` }],
    warnings: [`${prefix}price again is equal to price.`],
    settings: { seed: 1, folds: 5, minutes: 2, seconds: 61, more: { [`${prefix}separator`]: `${prefix};` } },
  };
}

function risksOf(
  prefix: string,
  predictions: Float64Array,
  baseline: Float64Array,
  y: Float64Array,
  classes: number | undefined,
): Pick<TableReport, "honest" | "learners"> {
  const own = lossOfRows(predictions, y, classes);
  const others = lossOfRows(baseline, y, classes);
  const [whole, risk] = [meanOf(own), meanOf(others)];
  const difference = meanOf(others.map((loss, row) => loss - (own[row] as number)));
  const beside = (name: string): HonestRisk => ({
    ...{ name: prefix + name, ...risk },
    ...{ difference: difference.risk, differenceError: difference.standardError },
  });
  const learners: ReportLearner[] = [
    { name: `${prefix}ridge`, risk, difference, weight: 1, seconds: 0.3, reason: `${prefix}it helps` },
    { name: `${prefix}mlp`, weight: 0, reason: `${prefix}it took too long` },
  ];
  const loss = classes === undefined ? "squaredError" : "logLikelihood";
  const honest = {
    loss,
    folds: 5,
    whole,
    mean: beside("mean"),
    single: beside("ridge"),
    discrete: beside("ridge"),
  } as const;
  return { learners, honest };
}
