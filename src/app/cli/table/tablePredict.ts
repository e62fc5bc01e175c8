import type { Command } from "commander";
import { oneOf, optional } from "../../../engine/options.js";
import { counted } from "../../../engine/words.js";
import { tableFormats } from "../../../io/tables/tableFormat.js";
import type { Cell, RowBatch, TableSource } from "../../../io/tables/tableSource.js";
import { tableWriter } from "../../../io/tables/tableWriter.js";
import { writeTable } from "../../../io/tables/writeTable.js";
import type { ReadTable } from "../../../labs/table/columns/build/tableBuilder.js";
import { linesText } from "../../../labs/table/columns/words.js";
import type { TableModel } from "../../../labs/table/model/tableModel.js";
import { checkFiles } from "../shell/files.js";
import { FieldFlags } from "../shell/flag.js";
import { outputOf } from "../shell/output.js";
import { isStandard, writeStandardOutput } from "../shell/standard.js";
import { hasDecimalComma, predictedCells, predictedNames, withDecimalComma } from "./predictedCells.js";
import { readByModel } from "./readByModel.js";
import { fileFlags } from "./tableFlags.js";

const outFlags = new FieldFlags({
  to: optional(
    oneOf(tableFormats, undefined, { help: "how predictions are written (default: as the file is)" }),
  ),
});

interface PredictFlags {
  readonly out?: string;
  readonly only?: true;
  readonly force?: true;
}

/** Adds `imago table predict`. */
export function addPredict(table: Command): void {
  const command = table
    .command("predict")
    .description("write a table again with predictions beside its columns")
    .argument("<dir>", "folder of `imago table train`")
    .argument("<file>", "CSV or JSON Lines of the same columns, in any order; - for standard input");
  fileFlags.addTo(command);
  outFlags
    .addTo(command)
    .option("--out <file>", "file to write (default: standard output)")
    .option("--only", "predictions alone, without the file's own columns")
    .option("--force", "write over the file that is read")
    .action((dir: string, file: string, flags: PredictFlags) => predict(dir, file, flags, command));
}

async function predict(dir: string, file: string, flags: PredictFlags, command: Command): Promise<void> {
  const { out = "-", only = false, force } = flags;
  const output = outputOf(command, isStandard(out));
  await checkFiles({
    reads: [{ name: "<file>", path: file }],
    writes: [{ name: "--out", path: out }],
    force,
  });
  const { model, source, read, notices } = await readByModel(dir, file, flags, { learning: false });
  for (const notice of notices) output.write(`- ${notice}\n`);
  const predictions = await model.predict(read.table.x);
  for (const notice of infiniteNotices(predictions, read)) output.write(`- ${notice}\n`);
  const own = only ? [] : source.columns;
  const columns = [...own, ...predictedNames(model, own)];
  const { to: format = source.format } = outFlags.given(flags);
  const separator = format === source.format ? source.separator : undefined;
  const hasComma = format === "csv" && source.format === "csv" && hasDecimalComma(model);
  const batches = withPredictions(source, model, predictions, { only, hasComma });
  if (!isStandard(out)) {
    await writeTable(out, batches, { columns, format, separator });
    output.write(`Saved to ${out}.\n`);
    return;
  }
  const writer = tableWriter({ columns, format, separator });
  await writeStandardOutput(writer.head);
  for await (const rows of batches) await writeStandardOutput(writer.rows(rows));
}

/** Rows of which nothing can be said: their cells are beyond all that was learnt from. */
function infiniteNotices(predictions: Float64Array, { table }: ReadTable): string[] {
  const width = predictions.length / table.x.rows;
  const rows = [...table.lines.keys()].filter((row) => !Number.isFinite(predictions[row * width]));
  if (rows.length === 0) return [];
  const lines = rows.map((row) => table.lines[row] as number);
  return [
    `${counted(rows.length, "row has", "rows have")} no finite prediction, as numbers of theirs are beyond all measure: ${linesText(lines.slice(0, 10), rows.length)}.`,
  ];
}

/** Rows of the file, or none of their cells, with what is predicted of them. */
async function* withPredictions(
  source: TableSource,
  model: TableModel,
  predictions: Float64Array,
  { only, hasComma }: { readonly only: boolean; readonly hasComma: boolean },
): AsyncGenerator<Cell[][]> {
  let row = 0;
  for await (const { rows, cells: typed = rows } of source.rows() as AsyncIterable<RowBatch>) {
    yield typed.map((cells) => {
      const own = predictedCells(model, predictions, row++);
      return [...(only ? [] : cells), ...(hasComma ? own.map(withDecimalComma) : own)];
    });
  }
}
