import type { Command } from "commander";
import { number, optional, seed } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { columnSpans } from "../../../labs/table/columnSpans.js";
import { rowTexts } from "../../../labs/table/insight/cellText.js";
import { mostProbable } from "../../../labs/table/insight/mostProbable.js";
import { shapleyValues } from "../../../labs/table/insight/shapleyValues.js";
import type { TableModel } from "../../../labs/table/model/tableModel.js";
import { FieldFlags } from "../shell/flag.js";
import { outputOf } from "../shell/output.js";
import { UsageError } from "../shell/run.js";
import { predictedCells } from "./predictedCells.js";
import { readByModel } from "./readByModel.js";
import { fileFlags } from "./tableFlags.js";

const explainFlags = new FieldFlags({
  line: optional(
    number({
      min: 1,
      max: 2 ** 31,
      integer: true,
      help: "line of the file that the row begins on (default: the first row's)",
    }),
  ),
  orders: number({
    default: 200,
    min: 2,
    max: 100_000,
    integer: true,
    help: "orders of the columns that are drawn: more are more exact",
  }),
  seed: seed("the same seed draws the same orders"),
});

/** Adds `imago table explain`. */
export function addExplain(table: Command): void {
  const command = table
    .command("explain")
    .description("say what each column adds to the prediction of a row")
    .argument("<dir>", "folder of `imago table train`")
    .argument("<file>", "CSV or JSON Lines of the same columns; - for standard input");
  fileFlags.addTo(command);
  explainFlags
    .addTo(command)
    .option("--class <name>", "whose probability is explained (default: the most probable)")
    .action((dir: string, file: string, flags: { readonly class?: string }) =>
      explain(dir, file, flags, command),
    );
}

async function explain(
  dir: string,
  file: string,
  flags: { readonly class?: string },
  command: Command,
): Promise<void> {
  const output = outputOf(command);
  const { line: asked, orders, seed: drawn } = explainFlags.read(flags);
  const { model, source, read, notices } = await readByModel(dir, file, flags, { learning: false });
  for (const notice of notices) output.write(`- ${notice}\n`);
  const { table } = read;
  if (table.lines.length === 0) throw new UsageError(`<file>: ${source.name} has no rows to explain.`);
  const line = asked ?? (table.lines[0] as number);
  const at = table.lines.indexOf(line);
  if (at < 0)
    throw new UsageError(
      `--line: no row begins on line ${line} of ${source.name}; the first is on ${table.lines[0]}.`,
    );
  const row = table.x.select({ rows: [at] });
  const predicted = await model.predict(row);
  const explained = classOf(model, flags.class, predicted);
  const found = await shapleyValues({
    ...{ row, background: model.background(), predictor: model, outputs: model.classCount },
    ...{ output: explained, orders, random: new Generator(drawn), together: columnSpans(model.columns) },
  });
  const [says] = predictedCells(model, predicted, 0);
  const what =
    model.state.classes === undefined
      ? model.state.target
      : `the probability of ${model.state.classes[explained]}`;
  output.write(
    `Line ${line}: ${model.state.target} is predicted as ${typeof says === "number" ? digits(says) : says}.\n`,
  );
  output.write(
    `On the whole ${what} is ${digits(found.base)}; here it is ${digits(found.prediction)}, for these reasons:\n`,
  );
  const largest = [...found.contributions].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const cells = rowTexts(model.columns, row.data);
  for (const { column, value, standardError } of largest) {
    if (value === 0) continue;
    const own = model.columns[column] as TableModel["columns"][number];
    const cell = cells[column] || "missing";
    output.write(
      `  ${signed(value).padStart(10)} ± ${digits(standardError).padEnd(8)} ${own.name} = ${cell}\n`,
    );
  }
}

const digits = (value: number): string => String(Number(value.toPrecision(3)));
const signed = (value: number): string => (value > 0 ? `+${digits(value)}` : digits(value));

function classOf(
  { state: { classes } }: TableModel,
  named: string | undefined,
  shares: Float64Array,
): number {
  if (classes === undefined) {
    if (named !== undefined) throw new UsageError("--class: numbers are predicted, no classes.");
    return 0;
  }
  if (named === undefined) return mostProbable(shares);
  const found = classes.indexOf(named);
  if (found >= 0) return found;
  throw new UsageError(`--class: there is no class "${named}". Classes are: ${classes.join(", ")}.`);
}
