import type { Command } from "commander";
import { ImagoError } from "../../../engine/errors.js";
import { counted } from "../../../engine/words.js";
import type { ReadTable } from "../../../labs/table/columns/build/tableBuilder.js";
import { classScores, numberScores, type Score } from "../../../labs/table/insight/scores.js";
import type { TableModel } from "../../../labs/table/model/tableModel.js";
import { outputOf } from "../shell/output.js";
import { readByModel } from "./readByModel.js";
import { fileFlags } from "./tableFlags.js";

/** Adds `imago table evaluate`. */
export function addEvaluate(table: Command): void {
  const command = table
    .command("evaluate")
    .description("say how good predictions of a table are whose target is known")
    .argument("<dir>", "folder of `imago table train`")
    .argument("<file>", "CSV or JSON Lines of the same columns and the target; - for standard input");
  fileFlags
    .addTo(command)
    .option("--json", "as one line of JSON")
    .action((dir: string, file: string, flags: { readonly json?: true }) =>
      evaluate(dir, file, flags, command),
    );
}

async function evaluate(
  dir: string,
  file: string,
  flags: { readonly json?: true },
  command: Command,
): Promise<void> {
  const output = outputOf(command);
  const { model, source, read, notices } = await readByModel(dir, file, flags, { learning: true });
  const { scores, baseline, left } = await scoresOf(model, read);
  if (flags.json === true) {
    output.write(`${JSON.stringify({ rows: read.table.x.rows, ...scores, baseline })}\n`);
    return;
  }
  for (const notice of notices) output.write(`- ${notice}\n`);
  output.write(`${counted(read.table.x.rows, "row")} of ${source.name}:\n`);
  for (const [name, score] of Object.entries(scores)) output.write(`${lineOf(name, score)}\n`);
  for (const one of left) output.write(`  ${one}\n`);
  output.write(
    `For comparison, ${model.state.classes === undefined ? "their mean" : "the classes' shares"} for all:\n`,
  );
  for (const [name, score] of Object.entries(baseline)) output.write(`${lineOf(name, score)}\n`);
}

const titles: Readonly<Record<string, string>> = {
  rmse: "root mean squared error",
  mae: "mean absolute error",
  r2: "R²",
  accuracy: "accuracy",
  logLoss: "log loss",
  brier: "Brier score",
  auc: "area under the ROC curve",
};

function lineOf(name: string, { value, standardError }: Score): string {
  const digits = (one: number): string => String(Number(one.toPrecision(4)));
  const error = Number.isFinite(standardError) ? ` ± ${digits(standardError)}` : "";
  return `  ${(titles[name] ?? name).padEnd(25)} ${digits(value)}${error}`;
}

type Figures = Readonly<Record<string, Score>>;

/** Why a figure is not there. */
const oneClass = "no area under the ROC curve: all rows are of one class";
const oneNumber = "no R²: all rows have the same number";

interface Scores {
  readonly scores: Figures;
  /** Of one number, or the same shares, for all rows. */
  readonly baseline: Figures;
  /** What cannot be said, and why. */
  readonly left: readonly string[];
}

/** @throws ImagoError where no row has a target */
async function scoresOf(model: TableModel, { table, y, weights, groups }: ReadTable): Promise<Scores> {
  if (y === undefined || y.length === 0) {
    throw new ImagoError(`no row has a value of "${model.state.target}" to compare with.`);
  }
  const predictions = await model.predict(table.x);
  const classes = model.state.classes?.length;
  if (classes === undefined) {
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const found = numberScores({ predictions, baseline: y.map(() => mean), y, weights, groups });
    const { kind: _, baseline, rmse, mae, r2 } = found;
    const scores = { rmse, mae, ...(r2 && { r2 }) };
    return { scores, baseline, left: r2 === undefined ? [oneNumber] : [] };
  }
  const shares = Array.from({ length: classes }, (_, at) => y.filter((one) => one === at).length / y.length);
  const all = Float64Array.from({ length: y.length * classes }, (_, at) => shares[at % classes] as number);
  const found = classScores({ predictions, baseline: all, y, weights, groups, classes });
  const { kind: _, baseline, accuracy, logLoss, brier, auc } = found;
  const scores = { accuracy, logLoss, brier, ...(auc && { auc }) };
  return { scores, baseline, left: auc === undefined ? [oneClass] : [] };
}
